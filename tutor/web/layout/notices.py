"""What stands instead of a page: something went wrong, go elsewhere."""

from __future__ import annotations

from markupsafe import Markup

from tutor.web.layout.addresses import url
from tutor.web.layout.templating import fill


def notice(message: str, back: str = "/", back_says: str = "To the exercises") -> str:
    """Something went wrong: what, and where to go."""
    return fill("layout/notice.html", message=message, back=back, back_says=back_says)


def nowhere(
    head: str,
    message: str = "There is no page at this address.",
    back: str = "/",
    back_says: str = "To the exercises",
) -> str:
    """A whole page for an address that leads nowhere."""
    said = Markup(notice(message, back, back_says))
    return fill("layout/nowhere.html", head=Markup(head), notice=said)


def go_to(address: str) -> str:
    """A page that sends the browser on."""
    return f'<div class="eq" data-goto="{Markup.escape(url(address))}"></div>'


def become(ticket: str = "", after: str = "/") -> str:
    """A page that changes who the browser is: with a ticket an account, without one a new guest."""
    return fill("layout/become.html", ticket=ticket, after=after)
