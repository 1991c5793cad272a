"""The administrator's page of learning platforms: what to type there, and what is registered."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.services.doctor.findings import Finding
from tutor.services.lti.platforms import PlatformDetail
from tutor.services.services import Services
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill

TOOL = (
    ("login", "OpenID Connect initiation (login) address", "/lti/login"),
    ("launch", "Target link, launch and redirect address", "/lti/launch"),
    ("jwks", "Public key set (JWKS)", "/lti/jwks"),
    ("pem", "Public key as PEM, for a platform that asks for the key itself", "/lti/key.pem"),
    ("config", "Configuration as JSON, for Canvas", "/lti/config.json"),
)
FIELDS = (
    ("name", "Name", "As your administrators know it, such as “Moodle of the medical school”."),
    ("issuer", "Issuer (platform ID)", "An address, such as https://moodle.example.edu."),
    ("client_id", "Client ID", "Moodle and Canvas show it once the tool is added."),
    ("auth_url", "Authentication request address", ""),
    ("token_url", "Access token address", ""),
    ("jwks_url", "Public key set address (JWKS)", ""),
)


def part(services: Services) -> Part:
    """``/desk/?view=platforms``."""
    platforms = services.platforms

    def drawn(
        ask: PageRequest,
        told: str = "",
        tested: tuple[PlatformDetail, Sequence[Finding]] | None = None,
        removing: str = "",
        invitation: str = "",
    ) -> str:
        known = platforms.everything(ask.caller)
        return fill(
            "account/platforms.html",
            ask=ask,
            known=known,
            tool=TOOL,
            fields=FIELDS,
            told=told,
            tested=tested,
            invitation=invitation,
            removing=next((one for one in known if one.platform.id == removing), None),
        )

    def register(ask: PageRequest) -> str:
        made = platforms.register(ask.caller, ask.typed)
        return drawn(ask.fresh(), f"{made.name} is registered.")

    def invite(ask: PageRequest) -> str:
        sealed = platforms.invite(ask.caller)
        return drawn(ask.fresh(), invitation=f"/lti/register?invitation={sealed}")

    def change(ask: PageRequest) -> str:
        made = platforms.change(ask.caller, ask.said("platform"), ask.typed)
        return drawn(ask.fresh(), f"Saved. {made.name} has these addresses from now on.")

    def allow(ask: PageRequest) -> str:
        allowed = ask.said("allowed") == "yes"
        platforms.allow(ask.caller, ask.said("platform"), ask.said("deployment"), allowed)
        done = "Launches from it are accepted." if allowed else "Its launches are refused now."
        return drawn(ask.fresh(), f"Deployment {ask.said('deployment')}: {done}")

    def test(ask: PageRequest) -> str:
        platform, findings = platforms.test(ask.caller, ask.said("platform"))
        return drawn(ask.fresh(), tested=(PlatformDetail(platform, ()), findings))

    def ask_remove(ask: PageRequest) -> str:
        return drawn(ask.fresh(), removing=ask.said("platform"))

    def remove(ask: PageRequest) -> str:
        platforms.remove(ask.caller, ask.said("platform"), ask.said("confirm"))
        return drawn(ask.fresh(), "The platform is removed. Classes and work stay.")

    def show(ask: PageRequest) -> str:
        # A name that was not typed as it is: ask again.
        return drawn(ask, removing=ask.said("platform") if "confirm" in ask.errors else "")

    return Part(
        {"platforms": show},
        {
            "register-platform": register,
            "invite-platform": invite,
            "change-platform": change,
            "allow-deployment": allow,
            "test-platform": test,
            "ask-remove-platform": ask_remove,
            "remove-platform": remove,
        },
    )
