"""The socket that is listened on."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tutor.errors import Misconfigured
from tutor.settings import Settings
from tutor.web.serve import assemble, listening


async def sends_at_once(sock: socket.socket) -> bool:
    """Whether a connection that the event loop accepts holds nothing back."""
    accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def told(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs = writer.get_extra_info("socket")
        accepted.set_result(bool(theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        writer.close()

    server = await asyncio.start_server(told, sock=sock)
    _, writer = await asyncio.open_connection(*sock.getsockname()[:2])
    found = await accepted
    writer.close()
    server.close()
    return found


def test_an_answer_does_not_wait_for_the_acknowledgement_of_the_one_before():
    """Small answers took 40 ms and more while the two ends waited for each other."""
    # A thread of its own: where a browser has been driven, this one has a loop already.
    with ThreadPoolExecutor(1) as pool:
        at_once = pool.submit(asyncio.run, sends_at_once(listening("127.0.0.1", 0)))
    assert at_once.result()


def test_the_database_and_a_new_home_are_the_owners_alone(tmp_path):
    settings = Settings(home=tmp_path / "new")
    app = assemble([], settings)
    app.state.services.accounts.first_link()
    modes = {path.name: path.stat().st_mode & 0o777 for path in settings.home.glob("*.db*")}
    assert settings.home.stat().st_mode & 0o777 == 0o700
    assert {"equipoise.db", "equipoise.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("harm", ["a home that is a file", "a database that is a folder"])
def test_a_home_that_cannot_be_used_is_told(harm, tmp_path):
    home = tmp_path / "home"
    if harm == "a home that is a file":
        home.write_text("")
    else:
        (home / "equipoise.db").mkdir(parents=True)
    with pytest.raises(Misconfigured, match="Check EQUIPOISE_HOME"):
        assemble([], Settings(home=home))


def test_somebody_elses_temporary_folder_is_told(tmp_path, monkeypatch):
    """Gradio makes a folder there; where another user has made it, it is closed to us."""
    (tmp_path / "gradio").write_text("")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    with pytest.raises(Misconfigured, match="Set TMPDIR"):
        assemble([], Settings(home=tmp_path / "home"))
