"""A learner's record: what they have done."""

from __future__ import annotations

from itertools import groupby

from tutor.services.access import Access
from tutor.services.identity import COOKIE
from tutor.services.record import Encounter, Record
from tutor.web.layout.gradio_loader import gr
from tutor.web.layout.page import DIRECT, answered, page
from tutor.web.layout.templating import fill
from tutor.web.learner.rows import row
from tutor.web.learner.summary import summary


def withheld() -> str:
    """A set is done, and its outcomes wait for the class's date."""
    return fill("learner/withheld.html")


def archive(encounters: tuple[Encounter, ...], finished: frozenset[str]) -> str:
    """A learner's encounters, newest set first; ``finished`` sets can be summed up."""
    by_set = [(k, list(g)) for k, g in groupby(encounters, key=lambda e: e.set_id)]
    groups = [
        {
            "set_id": set_id,
            "title": rows[0].title,
            "when": f"{rows[-1].at:%-d %B %Y}",
            "summary": set_id in finished,
            "rows": [row(one) for one in rows],
        }
        for set_id, rows in reversed(by_set)
    ]
    return fill("learner/record.html", groups=groups, count=len(encounters))


def record_page(access: Access, record: Record) -> gr.Blocks:
    """What a learner has done; with ``?set=`` one finished set, summed up."""

    @answered
    def show(request: gr.Request) -> str:
        learner = access.caller(request.cookies.get(COOKIE)).learner
        asked = request.query_params.get("set")
        if asked and record.waits(learner, asked):
            return withheld()
        if asked:
            return summary(record.summary(learner, asked))
        return archive(record.encounters(learner), record.finished(learner))

    with page("My record", "My record") as (blocks, panel):
        blocks.load(show, outputs=panel, api_name="record", **DIRECT)
    return blocks
