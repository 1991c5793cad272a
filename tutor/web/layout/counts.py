"""How much is new for a reader, put into the bar and tabs of a page that was drawn without it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor.services.classes.question_lists import News
from tutor.web.layout.templating import macro

_MARK = re.compile(r"<!--to (?:(read)|answer(?: in ([\w-]+))?)-->")


def with_counts(html: str, news: Callable[[], News]) -> str:
    """The page with the numbers at its marks; without a mark nobody asks for them."""
    if not _MARK.search(html):
        return html
    found = news()
    return _MARK.sub(lambda mark: _badge(found, mark[1], mark[2]), html)


def _badge(news: News, read: str | None, classroom: str | None) -> str:
    if read:
        number, what = news.to_read, "new message"
        says = what if number == 1 else f"{what}s"
    else:
        number = news.waiting.get(classroom, 0) if classroom else news.to_answer
        says = "question to answer" if number == 1 else "questions to answer"
    return str(macro("layout/_macros.html", "count")(number, says))
