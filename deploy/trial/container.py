"""The image as a container that may do as little as possible."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trial.commands import Failed, run
from trial.image import Store

HEALTHY_WITHIN = 120.0
ENDS_WITHIN = 5.0
PROBE = """
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
assert os.getuid() == os.getgid() == 10001, "not the image's user"
assert int(status["CapEff"], 16) == 0 and int(status["CapBnd"], 16) == 0, "has capabilities"
assert int(status["NoNewPrivs"]) == 1, "may gain privileges"
for path, may in {"/": False, "/opt/equipoise": False, "/srv/equipoise/bundles": False,
                  "/srv/equipoise": True, "/tmp": True}.items():
    assert bool(os.statvfs(path).f_flag & os.ST_RDONLY) != may, path + " is not as it should be"
networks = [line.split(":")[0].strip() for line in list(open("/proc/net/dev"))[2:]]
assert networks == ["lo"], networks
"""


class Container:
    """The image run by runc: its own user, read-only root, no capabilities, loopback alone."""

    def __init__(self, store: Store, root: str, volumes: dict[Path, str]) -> None:
        self.work = store.work
        self.image = store.image()["Docker"]["config"]
        self.name = f"equipoise-try-{os.getpid()}"
        self.config = self._config(root, volumes)

    def _config(self, root: str, volumes: dict[Path, str]) -> dict[str, Any]:
        user, group = (int(one) for one in self.image["User"].split(":"))
        nothing: dict[str, list[str]] = {
            kind: [] for kind in ("bounding", "effective", "permitted", "inheritable", "ambient")
        }
        fresh = [("/proc", "proc", []), ("/dev", "tmpfs", ["nosuid", "mode=755"])]
        for path in ("/dev/shm", "/tmp"):
            options = ["nosuid", "nodev", "noexec", "mode=1777", "size=256m"]
            fresh.append((path, "tmpfs", options))
        mounts = [
            {"destination": path, "type": kind, "source": kind, "options": options}
            for path, kind, options in fresh
        ]
        for source, target in volumes.items():
            path, _, mode = target.partition(":")
            options = ["bind", "nosuid", "nodev", mode or "rw"]
            mounts.append(
                {"destination": path, "type": "bind", "source": str(source), "options": options}
            )
        return {
            "ociVersion": "1.0.2",
            "process": {
                "user": {"uid": user, "gid": group},
                "args": self.image["Cmd"],
                "env": self.image["Env"],
                "cwd": self.image["WorkingDir"],
                "capabilities": nothing,
                "noNewPrivileges": True,
            },
            "root": {"path": root, "readonly": True},
            "mounts": mounts,
            "linux": {
                "namespaces": [
                    {"type": kind} for kind in ("pid", "mount", "ipc", "uts", "network")
                ],
            },
        }

    def _start(self, words: list[str]) -> list[str]:
        bundle = self.work / "container"
        bundle.mkdir(exist_ok=True)
        self.config["process"]["args"] = words
        (bundle / "config.json").write_text(json.dumps(self.config))
        return [*self._runc(), "run", "--bundle", str(bundle), self.name]

    def _runc(self) -> list[str]:
        return ["runc", "--root", str(self.work / "runc")]

    def finish(self, *words: str, limit: float) -> str:
        """Run a command of the image to its end; what it printed."""
        try:
            return run(*self._start(list(words)), limit=limit)
        finally:
            self.delete()

    def execute(self, *words: str, limit: float) -> str:
        """Run a command beside the server; what it printed."""
        return run(*self._runc(), "exec", self.name, *words, limit=limit).strip()

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """The image's own command, until its health check says that it is well."""
        log = self.work / "server.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                self._start(self.image["Cmd"]), stdout=file, stderr=subprocess.STDOUT
            )
        try:
            self._until_healthy(process)
            yield process
        except Failed as error:
            raise Failed(f"{error}\nThe server said:\n{log.read_text()[-3000:]}") from None
        finally:
            self.delete()
            process.wait(30)

    def _until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + HEALTHY_WITHIN
        test = self.image["Healthcheck"]["Test"]
        while True:
            try:
                self.execute(*test[1:], limit=30)
                return
            except Failed:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def end(self, process: subprocess.Popen[bytes]) -> float:
        """Ask the server to end, as an orchestrator does; seconds until it has."""
        began = time.monotonic()
        run(*self._runc(), "kill", self.name, self.image["StopSignal"], limit=30)
        try:
            code = process.wait(4 * ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            raise Failed("Asked to end, the server went on.") from None
        took = time.monotonic() - began
        if code or took > ENDS_WITHIN:
            raise Failed(f"Asked to end, the server ended after {took:.1f} s with code {code}.")
        return took

    def delete(self) -> None:
        """Take the container away, whatever it does."""
        with contextlib.suppress(Failed):
            run(*self._runc(), "delete", "--force", self.name, limit=60)
