"""Load at a rate: so many requests a second, whatever the answers take, as people ask who do not know of each other.

Latency counts from when a request was due, and includes the wait for a free connection, so that a server that falls
behind is not flattered by being asked less. Due is when the client's own timer fired: timers are right to a millisecond
or so, early or late, and that is no latency of the server's.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from time import perf_counter
from urllib.parse import urlsplit

from icjs_gateway.cli.bench.load import BenchFailed, Volley

CONNECTIONS = 32
ANSWER_TIMEOUT_S = 10.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def paced(url: str, requests: Iterator[bytes], *, per_s: float, for_s: float, marker: bytes) -> Volley:
    """Send whole requests at this rate for so long. Raises BenchFailed for an answer without 200 and the marker."""
    place = urlsplit(url)
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    opened = [await asyncio.open_connection(place.hostname, place.port or 80) for _ in range(CONNECTIONS)]
    for connection in opened:
        free.put_nowait(connection)
    latencies: list[float] = []
    began = perf_counter()

    async def one(request: bytes, due: float) -> None:
        await asyncio.sleep(max(0.0, due - perf_counter()))
        asked = perf_counter()
        reader, writer = connection = await free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length is not None else b""
        latencies.append(perf_counter() - asked)
        free.put_nowait(connection)
        if head[9:12] != b"200" or marker not in body:
            raise BenchFailed(f"an answer was not the expected one: {head[:12]!r} {body[:300]!r}")

    try:
        async with asyncio.timeout(for_s + ANSWER_TIMEOUT_S), asyncio.TaskGroup() as tasks:
            for number in range(int(per_s * for_s)):
                tasks.create_task(one(next(requests), began + number / per_s))
    except* BenchFailed as failed:
        raise failed.exceptions[0] from None
    except* TimeoutError:
        raise BenchFailed(f"{url}: requests were not answered in time") from None
    finally:
        for _, writer in opened:
            writer.close()
    return Volley(answered=len(latencies), began_at=began, elapsed_s=perf_counter() - began, latencies_s=latencies)
