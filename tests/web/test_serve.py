"""The socket that is listened on."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from tutor.web.serve import listening


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
