"""A bounded load from a process of its own: raw HTTP/1.1 over kept connections, loopback only."""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def read_answer(
    reader: asyncio.StreamReader, has_body: bool = True
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name (of equal names the last) and body of one answer.

    ``has_body`` is false where only headers were asked for.
    """
    line = await reader.readline()
    if not line:
        raise ConnectionResetError("The server closed the connection.")
    status, headers = int(line.split()[1]), dict[str, str]()
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    if status == 100:  # go on
        return await read_answer(reader, has_body)
    if not has_body:
        return status, headers, b""
    if "chunked" not in headers.get("transfer-encoding", ""):
        return status, headers, await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return status, headers, body


async def _worker(port: int, requests: asyncio.Queue[dict[str, str]], failed: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not requests.empty():
        request = requests.get_nowait()
        body = request["body"].encode()
        head = (
            f"POST {request['path']} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\n"
            f"Content-Type: application/json\r\nCookie: {request['cookie']}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        status, _, answer = await read_answer(reader)
        if status != 200 or request["expect"].encode() not in answer:
            failed.append(f"{status} {answer[:300]!r}")
    writer.close()


async def run(port: int, connections: int, requests: list[dict[str, str]]) -> dict[str, object]:
    """Send every request once over so many connections; requests per second and failures."""
    queue: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    for request in requests:
        queue.put_nowait(request)
    failed: list[str] = []
    began = time.perf_counter()
    await asyncio.gather(*(_worker(port, queue, failed) for _ in range(connections)))
    return {"rate": len(requests) / (time.perf_counter() - began), "failed": failed[:3]}


if __name__ == "__main__":
    job = json.load(sys.stdin)
    print(json.dumps(asyncio.run(run(job["port"], job["connections"], job["requests"]))))
