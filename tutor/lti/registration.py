"""Dynamic registration (1EdTech, 1.0): a platform and this tool exchange their addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tutor.errors import PlatformError
from tutor.lti.configuration import DESCRIPTION, TITLE
from tutor.lti.fetching import JSON_TYPE, Fetcher

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LONGEST_TOKEN = 4_000


@dataclass(frozen=True)
class Offer:
    """What a platform says of itself before a registration."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    product: str

    @property
    def name(self) -> str:
        """What the platform is called here at first: its product and its host."""
        host = urlsplit(self.issuer).hostname or self.issuer
        return f"{self.product.capitalize()} at {host}"[:200] if self.product else host


def offer_at(fetcher: Fetcher, address: str) -> Offer:
    """What the platform's OpenID configuration at an address says.

    Raises:
        PlatformError: it does not answer, lacks something, or names an issuer of another host.
    """
    told = fetcher.get_json(address)
    if not isinstance(told, dict):
        raise PlatformError("The learning platform’s configuration is none.")
    of_lti = told.get(PLATFORM)
    product = of_lti.get("product_family_code") if isinstance(of_lti, dict) else ""
    made = Offer(
        _text(told, "issuer"),
        _text(told, "authorization_endpoint"),
        _text(told, "token_endpoint"),
        _text(told, "jwks_uri"),
        _text(told, "registration_endpoint"),
        product if isinstance(product, str) and product.isprintable() else "",
    )
    # Whoever answers there may speak for its own host alone.
    if urlsplit(made.issuer).hostname != urlsplit(address).hostname:
        raise PlatformError(
            "The learning platform’s configuration names an issuer at another host, so it is not "
            "believed. Ask its administrator."
        )
    return made


def registered(fetcher: Fetcher, offer: Offer, base: str, token: str) -> Mapping[str, str]:
    """Register this tool at ``base`` with the platform: the form of the platform's registration.

    Raises:
        PlatformError: the platform refuses, or answers without a client id.
    """
    headers = {"content-type": JSON_TYPE, "accept": JSON_TYPE}
    if token:
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps(application(base)).encode()
    reply = fetcher.send("POST", offer.registration_url, body, headers)
    if reply.status not in (200, 201):
        raise PlatformError(
            f"The learning platform refused the registration with the status {reply.status}. Begin "
            "again there: what it gave for this registration may have expired."
        )
    told = reply.json()
    if not isinstance(told, dict):
        raise PlatformError("The learning platform’s answer is no registration.")
    of_tool = told.get(TOOL)
    deployment = of_tool.get("deployment_id") if isinstance(of_tool, dict) else None
    return {
        "name": offer.name,
        "issuer": offer.issuer,
        "client_id": _text(told, "client_id"),
        "auth_url": offer.auth_url,
        "token_url": offer.token_url,
        "jwks_url": offer.jwks_url,
        "deployment": str(deployment) if isinstance(deployment, str | int) else "",
    }


def application(base: str) -> dict[str, Any]:
    """What this tool says of itself when it is registered."""
    launch = f"{base}/lti/launch"
    link = {"type": "LtiDeepLinkingRequest", "target_link_uri": launch, "label": TITLE}
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{base}/lti/login",
        "redirect_uris": [launch],
        "client_name": TITLE,
        "jwks_uri": f"{base}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
        TOOL: {
            "domain": urlsplit(base).netloc,
            "description": DESCRIPTION,
            "target_link_uri": launch,
            "claims": ["iss", "sub", "name", "given_name", "family_name", "email"],
            "messages": [link],
        },
    }


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 1_000:
        raise PlatformError(f"The learning platform’s answer lacks “{name}”.")
    return value
