"""One case in Firefox, from its first page to what was true, by Firefox's own remote protocol.

Playwright cannot drive a distribution's Firefox, so this speaks Marionette with it: each message is
its length, a colon and JSON (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.ratio import Ratio
from benchmarks.reveal import Bench

NO_FIREFOX = (
    "NO FIREFOX: no case was played in it. On Debian and Ubuntu: `apt install firefox-esr` "
    "(or firefox)."
)
NAMES = ("firefox-esr", "firefox")
WAIT = 30.0
JUDGE = """
const fill = (name, value) => {
  const field = document.querySelector(`[name=${name}]`);
  field.focus(); field.value = value; field.dispatchEvent(new Event('input', { bubbles: true }));
};
fill('probability', '35');
document.querySelectorAll('[name=certainty]')[1].click();
document.querySelector('[name=drivers]').click();
document.querySelector('.act .go').click();
"""
DECIDE = """
document.querySelector('[name=suspected]').click();
document.querySelector('.act .go').click();
"""
STAGE = "return document.querySelector('.eq')?.dataset.stage ?? ''"
AT = """return {
  stage: document.querySelector('.eq').dataset.stage, focus: document.activeElement.tagName,
  heading: document.querySelector('h1').innerText,
  wide: document.documentElement.scrollWidth - innerWidth,
  columns: new Set([...document.querySelectorAll('.patient, .stage, .act')]
    .map((pane) => Math.round(pane.getBoundingClientRect().left))).size,
}"""


class Marionette:
    """A connection to a running Firefox."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + WAIT
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        self._number = 0
        self._read()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def ask(self, command: str, **given: Any) -> Any:
        """A command's answer.

        Raises:
            RuntimeError: Firefox answered with an error.
        """
        self._number += 1
        said = json.dumps([0, self._number, command, given]).encode()
        self._socket.sendall(b"%d:%s" % (len(said), said))
        _, _, error, answer = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return answer

    def run(self, script: str) -> Any:
        """What a script returns on the page."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def until(self, *stages: str) -> str:
        """Wait for one of ``stages``; the one that came.

        Raises:
            TimeoutError: none did.
        """
        deadline = time.monotonic() + WAIT
        while (stage := self.run(STAGE)) not in stages:
            if time.monotonic() > deadline:
                raise TimeoutError(f"Firefox is at {stage!r}, not at {' or '.join(stages)}.")
            time.sleep(0.05)
        return str(stage)

    def _read(self) -> Any:
        length = b""
        while (one := self._socket.recv(1)) != b":":
            length += one
        body = b""
        while len(body) < int(length):
            body += self._socket.recv(int(length) - len(body))
        return json.loads(body)


@contextmanager
def firefox(path: str) -> Iterator[Marionette]:
    """A Firefox without windows, with a profile of its own."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as profile:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        # The service would otherwise open a tab of its own and look for updates.
        settings = {"marionette.port": port, "browser.startup.page": 0, "app.update.auto": False}
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in settings.items())
        (Path(profile) / "user.js").write_text("\n".join(lines))
        command = [path, "--headless", "--marionette", "--profile", profile]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            driver = Marionette(port)
            driver.ask("WebDriver:NewSession", capabilities={})
            yield driver
            driver.close()
        finally:
            process.terminate()
            process.wait(WAIT)


def played(driver: Marionette, address: str, pictures: Path | None = None) -> list[str]:
    """Play one aided case; what went wrong. ``pictures`` is where each stage is drawn."""
    faults: list[str] = []

    def look(name: str) -> None:
        at = driver.run(AT)
        if at["wide"] > 0:
            faults.append(f"{name} is wider than the screen by {at['wide']} px")
        if at["columns"] != 3:
            faults.append(f"{name} stands in {at['columns']} columns")
        if name != "shown" and at["focus"] != "H1":
            faults.append(f"after {name} the focus is on {at['focus']}")
        if name == "revealed" and "you said" not in at["heading"]:
            faults.append(f"the heading says {at['heading']!r}")
        if pictures is not None:
            drawn = driver.ask("WebDriver:TakeScreenshot", full=False)["value"]
            (pictures / f"firefox-{name}.png").write_bytes(base64.b64decode(drawn))

    driver.ask("WebDriver:SetWindowRect", width=1280, height=900)
    driver.ask("WebDriver:Navigate", url=address)
    driver.until("shown")
    look("shown")
    driver.run(JUDGE)
    while driver.until("revealed", "closed") == "closed":
        driver.run("document.querySelector('.act .go').click()")
        driver.until("shown")
        driver.run(JUDGE)
    look("revealed")
    driver.run(DECIDE)
    driver.until("closed")
    look("closed")
    return faults


def measure(home: Path) -> list[Ratio]:
    """One case in Firefox, where there is one."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        print(NO_FIREFOX)
        return []
    bench = Bench(home)
    try:
        exercise = bench.library.exercises[0].key
        with firefox(path) as driver:
            faults = played(driver, f"http://127.0.0.1:{bench.port}/encounter/?exercise={exercise}")
    finally:
        bench.close()
    print(f"Firefox: one case, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return [Ratio("faults in a case in Firefox", len(faults), 1, "", 0)]
