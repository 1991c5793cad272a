"""``/help``: the documentation, for whoever asks. It holds nothing of anybody."""

from __future__ import annotations

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tutor.content.documentation import pages
from tutor.errors import NotFound
from tutor.web.documentation.rendering import ADDRESS, address_of, rendered, title_of
from tutor.web.layout import notices
from tutor.web.layout.templating import fill

# What readers of the application look for; the pages of developers are in the repository.
PARTS = (
    ("Learn and teach", ("docs/students.md", "docs/instructors.md", "docs/reliance.md")),
    ("Write a module", ("docs/course-teams.md", "docs/course-teams/")),
    (
        "Run a server",
        (
            *("docs/operators.md", "docs/learning-platforms.md", "docs/settings.md"),
            *("docs/commands.md", "SECURITY.md"),
        ),
    ),
)
FRESH = {"cache-control": "no-cache"}


def documentation_route(head: str) -> Route:
    """The pages by name, and their list without one; ``head`` stands in the head of each."""

    def drawn(name: str) -> Response:
        try:
            html = _page(name, head) if name else _list(head)
        except NotFound as error:
            there = notices.nowhere(head, str(error), ADDRESS, "To the documentation")
            return HTMLResponse(there, 404)
        return HTMLResponse(html, headers=FRESH)

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(drawn, request.query_params.get("page", ""))

    return Route(ADDRESS, answer, methods=["GET", "HEAD"])


def _page(name: str, head: str) -> str:
    page = rendered(name)
    return fill(
        "documentation/page.html", head=Markup(head), title=page.title, html=page.html, parts=()
    )


def _list(head: str) -> str:
    parts = [
        (title, [(address_of(name), title_of(name)) for name in _named(names)])
        for title, names in PARTS
    ]
    return fill(
        "documentation/page.html", head=Markup(head), title="Documentation", html="", parts=parts
    )


def _named(names: tuple[str, ...]) -> list[str]:
    there = pages()
    return [
        p for name in names for p in there if p == name or (name[-1] == "/" and p.startswith(name))
    ]
