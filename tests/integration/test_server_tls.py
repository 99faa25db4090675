"""The server over TLS, and behind proxies: real sockets, a certificate made here."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from icjs_gateway.api.server import serve
from icjs_gateway.api.tls import Tls
from icjs_gateway.model.errors import Misconfigured
from tests.integration.test_server_hardening import GENEROUS
from tests.support.certificates import self_signed


async def caller(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers who called and by which scheme."""
    answer = json.dumps({"client": scope["client"][0], "scheme": scope["scheme"]}).encode()
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@asynccontextmanager
async def server(*, tls: Tls | None = None, trusted: tuple[str, ...] = ()) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(
            caller,
            host="127.0.0.1",
            port=0,
            limits=GENEROUS,
            on_ready=ready.set_result,
            trusted_proxies=trusted,
            tls=tls,
        )
    )
    await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    try:
        yield await ready
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def test_a_client_that_knows_the_certificate_is_answered_over_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    async with server(tls=Tls(certificate=certificate, key=key)) as url:
        assert url.startswith("https://127.0.0.1:")
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(certificate))) as client:
            assert (await client.get(url)).json() == {"client": "127.0.0.1", "scheme": "https"}
        async with httpx.AsyncClient() as stranger:
            with pytest.raises(httpx.ConnectError):
                await stranger.get(url)
            with pytest.raises(httpx.HTTPError):
                await stranger.get(url.replace("https", "http"))


@pytest.mark.parametrize(
    ("newest", "is_taken"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_no_older_version_than_1_2_is_spoken(tmp_path: Path, newest: ssl.TLSVersion, is_taken: bool) -> None:
    certificate, key = self_signed(tmp_path)
    offer = ssl.create_default_context(cafile=str(certificate))
    offer.set_ciphers("ALL:@SECLEVEL=0")
    offer.minimum_version, offer.maximum_version = ssl.TLSVersion.TLSv1_1, newest
    async with server(tls=Tls(certificate=certificate, key=key)) as url:
        port = int(url.rpartition(":")[2])
        if not is_taken:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection("127.0.0.1", port, ssl=offer)
            return
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=offer)
        writer.write(b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200")


async def test_files_that_are_not_good_are_refused_in_words(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    _, other = self_signed(tmp_path, "other")
    _, locked = self_signed(tmp_path, "locked", passphrase=b"secret")
    scrap = tmp_path / "scrap.pem"
    scrap.write_text("no certificate", encoding="ascii")
    for files, words in (
        (Tls(certificate=tmp_path / "none.pem", key=key), "cannot be read"),
        (Tls(certificate=certificate, key=tmp_path / "none.key"), "ICJS_TLS_KEY"),
        (Tls(certificate=certificate, key=other), "is not that of"),
        (Tls(certificate=certificate, key=locked), "passphrase"),
        (Tls(certificate=scrap, key=key), "openssl x509"),
        (Tls(certificate=certificate, key=scrap), "openssl x509"),
        (Tls(certificate=key, key=certificate), "openssl x509"),
    ):
        with pytest.raises(Misconfigured, match=words):
            async with server(tls=files):
                pass


FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("trusted", "headers", "client", "scheme"),
    [
        ((), FORWARDED, "127.0.0.1", "http"),
        (("10.0.0.0/8",), FORWARDED, "127.0.0.1", "http"),
        (("127.0.0.0/8",), FORWARDED, "203.0.113.7", "https"),
        (("127.0.0.0/8",), {"Forwarded": 'for="[2001:db8::1]:4711";proto=https;by=x'}, "2001:db8::1", "https"),
        (("127.0.0.0/8",), {}, "127.0.0.1", "http"),
        # What the client wrote itself stands on the left.
        (("127.0.0.0/8",), {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}, "203.0.113.7", "http"),
        (("127.0.0.0/8", "10.0.0.0/8"), {"X-Forwarded-For": "6.6.6.6, 203.0.113.7, 10.0.0.2"}, "203.0.113.7", "http"),
        (("127.0.0.0/8",), {"Forwarded": "for=6.6.6.6;proto=https, for=203.0.113.7;proto=http"}, "203.0.113.7", "http"),
        # One of the two is the client's.
        (("127.0.0.0/8",), FORWARDED | {"Forwarded": "for=6.6.6.6"}, "127.0.0.1", "http"),
        (("127.0.0.0/8",), FORWARDED | {"Forwarded": "for=203.0.113.7;proto=https"}, "203.0.113.7", "https"),
        (("127.0.0.0/8",), {"X-Forwarded-For": "unknown", "X-Forwarded-Proto": "https"}, "127.0.0.1", "http"),
        (("127.0.0.0/8",), {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "gopher"}, "203.0.113.7", "http"),
    ],
)
async def test_who_called_is_believed_from_proxies_alone(
    trusted: tuple[str, ...], headers: dict[str, str], client: str, scheme: str
) -> None:
    async with server(trusted=trusted) as url, httpx.AsyncClient() as proxy:
        answered: dict[str, Any] = (await proxy.get(url, headers=headers)).json()
    assert answered == {"client": client, "scheme": scheme}
