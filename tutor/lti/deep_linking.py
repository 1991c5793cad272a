"""Deep Linking 2.0: what a platform asks for, and the signed answer that goes back to it."""

from __future__ import annotations

import secrets
from typing import Any

from tutor.errors import BadInput, LaunchRefused
from tutor.lti.claims import CLAIM, VERSION, course_of, deployment_of, person_of, text_of
from tutor.services.lti.addresses import web_address
from tutor.services.lti.deep_links import ChosenLink
from tutor.services.lti.messages import Launch, LinkRequest
from tutor.store.platforms import Platform

REQUEST, RESPONSE = "LtiDeepLinkingRequest", "LtiDeepLinkingResponse"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LINK = "ltiResourceLink"
SECONDS = 300
LONGEST_DATA = 3_000
_TELL = "Tell an administrator of the learning platform."


def link_request(claims: dict[str, Any], platform: Platform, local: bool) -> Launch:
    """A verified message in which a platform asks for a link.

    Raises:
        LaunchRefused: it takes no links, or its answer would go to no address that may be used.
    """
    settings = claims.get(f"{DL}deep_linking_settings")
    accepted = settings.get("accept_types") if isinstance(settings, dict) else None
    if not isinstance(accepted, list) or LINK not in accepted:
        raise LaunchRefused(f"The learning platform takes no link here. {_TELL}")
    try:
        typed = text_of(settings, "deep_link_return_url", 1_000)
        back = web_address("return", typed, local)
    except BadInput:
        raise LaunchRefused(f"The launch has no address to go back to. {_TELL}") from None
    data = text_of(settings, "data", LONGEST_DATA, needed=False)
    deployment = deployment_of(claims)
    request = LinkRequest(platform.id, deployment, back, data)
    return Launch(
        platform.id, deployment, person_of(claims), course_of(claims), "", "", choosing=request
    )


def answer(chosen: ChosenLink, platform: Platform, base: str, now: int) -> dict[str, Any]:
    """The claims of the answer: one link, which carries the assignment's id."""
    request, work = chosen.request, chosen.assignment
    item = {
        "type": LINK,
        "title": work.title,
        "url": f"{base}/lti/launch",
        "custom": {"assignment": work.id},
    }
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": now,
        "exp": now + SECONDS,
        "nonce": secrets.token_urlsafe(24),
        f"{CLAIM}version": VERSION,
        f"{CLAIM}message_type": RESPONSE,
        f"{CLAIM}deployment_id": request.deployment,
        f"{DL}content_items": [item],
    }
    return {**claims, f"{DL}data": request.data} if request.data else claims
