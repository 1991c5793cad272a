"""What stands on pages with comments: the comments by what they are on, and changing one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutor.services.classes.feedback import Feedback
from tutor.services.classes.messages import Message, messages
from tutor.services.classes.submission import Submission
from tutor.web.layout.page_sections import PageRequest, View

Show = Callable[[PageRequest, str], str]


def threads(found: Submission, reader: str) -> dict[str, tuple[Message, ...]]:
    """What was said, by the encounter it was said on; "" is for the whole work."""
    said = {work.attempt: work.comments for work in found.all_work} | {"": found.comments}
    return {about: messages(some, reader, found.classroom) for about, some in said.items()}


def comment_acts(feedback: Feedback, shows: Mapping[str, Show]) -> dict[str, View]:
    """Editing and deleting one's own comments, on each of the views that show them."""

    def again(ask: PageRequest, told: str) -> str:
        show = shows.get(ask.here.get("view", "")) or next(iter(shows.values()))
        return show(ask.fresh(), told)

    def edit(ask: PageRequest) -> str:
        feedback.edit(ask.caller, ask.said("comment"), ask.said("edited"))
        return again(ask, "Saved. The message says that it was edited.")

    def delete(ask: PageRequest) -> str:
        feedback.delete(ask.caller, ask.said("comment"))
        return again(ask, "Deleted.")

    return {"edit-comment": edit, "delete-comment": delete}
