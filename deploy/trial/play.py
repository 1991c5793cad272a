"""Play one encounter as a guest, with the requests that the page's script sends.

``python play.py http://127.0.0.1:7860`` needs Python's own library alone, so that it runs beside
any server and inside the container. It prints one line and exits 0 if a patient came to an end
with the algorithm's answer shown in between.
"""

from __future__ import annotations

import json
import re
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

JUDGMENT = {"probability": "60", "certainty": "2", "reason": "The history fits."}
DECISION = {"final": "70", "suspected": "none"}
MOST_PATIENTS = 20


class Guest:
    """A browser without a window: it keeps its cookie and names the page it comes from."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        parts = urllib.parse.urlsplit(self.base)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def _ask(self, path: str, body: bytes | None = None) -> str:
        headers = {"Origin": self.origin, "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, body, headers)
        with self.opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())

    def page(self, path: str) -> str:
        """The text of a page."""
        return self._ask(path)

    def event(self, name: str, attempt: str, form: dict[str, str]) -> str:
        """The panel that an event answers with."""
        sent = {"data": [], "event_data": {"attempt": attempt, "form": form}}
        answer = self._ask(f"/gradio/gradio_api/run/{name}", json.dumps(sent).encode())
        return str(json.loads(answer)["data"][0])


def _found(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    if not found:
        raise SystemExit(f"{pattern} is not in the answer: {html[:300]!r}")
    return found[1]


def stage_of(html: str) -> str:
    """The stage of the encounter that a panel shows."""
    return _found(r'data-stage="(\w+)"', html)


def play(base: str) -> str:
    """Judge patients until the algorithm has spoken about one; what was played, in a sentence.

    Raises:
        SystemExit: a stage was not the one that follows.
    """
    guest = Guest(base)
    exercise = _found(r"exercise=([\w./%-]+)", guest.page("/"))
    html = guest.page(f"/encounter/?exercise={exercise}")
    for patients in range(1, MOST_PATIENTS + 1):
        attempt = _found(r'data-attempt="([^"]+)"', html)
        stages = [stage_of(html)]
        began = time.perf_counter()
        html = guest.event("commit", attempt, JUDGMENT)
        took = time.perf_counter() - began
        stages.append(stage_of(html))
        if stages[-1] == "revealed":
            html = guest.event("decide", attempt, DECISION)
            stages.append(stage_of(html))
            if stages[-1] != "closed":
                break
            path = " → ".join(stages)
            return f"{exercise}, patient {patients}: {path}; commit in {1000 * took:.0f} ms"
        if stages[-1] != "closed":
            break
        html = guest.event("next", attempt, {})
    raise SystemExit(f"The encounter did not go on as it should: {' → '.join(stages)}.")


if __name__ == "__main__":
    print(play(sys.argv[1]))
