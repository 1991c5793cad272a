"""The LTI addresses among ours: what they are given, and what they are without the extra."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutor.services.accounts.identity import Identity
from tutor.services.lti.side import LtiSide, Surroundings
from tutor.services.services import Services
from tutor.web.cookies import cookie_header, former_removed, frame_cookie_header
from tutor.web.edge.answers import sentence
from tutor.web.edge.headers import content_security_policy
from tutor.web.edge.options import EdgeOptions
from tutor.web.layout.addresses import url
from tutor.web.layout.templating import fill

# A platform's own pages send browsers there, so a request from another page is expected.
FOREIGN = frozenset({"/lti/login", "/lti/launch", "/lti/register"})
NOT_INSTALLED = (
    "This server does not speak LTI. Whoever runs it can install it with: "
    'pip install "equipoise[lti]"'
)


def lti_routes(
    side: LtiSide,
    services: Services,
    identity: Identity,
    secure: bool,
    edge: EdgeOptions,
    head: str,
) -> list[Route]:
    """The routes below ``/lti/``."""
    if not side.installed:
        return _not_installed()

    public_address, framed_by = edge.public_address, edge.framed_by

    def cookies(learner: str, epoch: int, in_frame: bool) -> list[str]:
        value = identity.sign(learner, epoch)
        if in_frame:
            framed = frame_cookie_header(value, identity.seconds, secure)
            return [framed] if framed else []
        return [cookie_header(value, identity.seconds, secure), *former_removed(secure)]

    def policy(form_to: str, framed_too: str = "") -> str:
        more = (framed_too,) if framed_too else ()
        frames = (*framed_by, *services.platforms.origins(), *more)
        return content_security_policy((), frames, form_to)

    page = partial(fill, head=Markup(head))
    return side.routes(Surroundings(services, public_address, page, url, cookies, policy))


def _not_installed() -> list[Route]:
    async def missing(request: Request) -> Response:
        return sentence(404, NOT_INSTALLED)

    addresses = {
        "/lti/jwks": ["GET"],
        "/lti/config.json": ["GET"],
        "/lti/login": ["GET", "POST"],
        "/lti/launch": ["POST"],
        "/lti/register": ["GET"],
    }
    return [Route(path, missing, methods=methods) for path, methods in addresses.items()]
