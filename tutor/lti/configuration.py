"""What a platform is told of this tool: ``/lti/config.json``, in the form that Canvas reads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

TITLE = "Equipoise"
DESCRIPTION = "Practise judging patients before and after seeing what an algorithm says."


def configuration(base: str) -> dict[str, Any]:
    """The configuration of the tool at ``base``, for a developer key of Canvas."""
    launch = f"{base}/lti/launch"
    link = {"message_type": "LtiDeepLinkingRequest", "target_link_uri": launch, "text": TITLE}
    places = ("assignment_selection", "link_selection")
    navigation = {
        "placement": "course_navigation",
        "message_type": "LtiResourceLinkRequest",
        "target_link_uri": launch,
        "text": TITLE,
        "default": "disabled",
    }
    placements = [navigation, *({"placement": place, **link} for place in places)]
    canvas = {
        "platform": "canvas.instructure.com",
        "domain": urlsplit(base).netloc,
        "tool_id": "equipoise",
        "privacy_level": "public",
        "settings": {"text": TITLE, "placements": placements},
    }
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "oidc_initiation_url": f"{base}/lti/login",
        "target_link_uri": launch,
        "public_jwk_url": f"{base}/lti/jwks",
        "scopes": [],
        "extensions": [canvas],
        "custom_fields": {},
    }
