"""The HTTP server: uvicorn on a socket of our own, with hardened connections, safe without a proxy before it.

The socket is bound before anything starts, so that a port in use is a start-up error and port 0 is known;
connections wait in its backlog until the application is up. SIGTERM and SIGINT end it cleanly: no new
connections, idle and half-open ones closed, requests in flight finished within `stop_timeout_s`, and control
goes back to the caller.

What a connection may do is decided in `connections.py`; media types and content encodings by the application.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from icjs_gateway.api.connections import Connections, ServerLimits
from icjs_gateway.model.errors import Misconfigured

__all__ = ["ServerLimits", "Tls", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Files for TLS. With `client_ca`, a client may show a certificate, and it must then be one of that CA."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


async def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    limits: ServerLimits,
    on_ready: Callable[[str], None],
    on_refused: Callable[[str], None] = lambda code: None,
    trusted_proxies: Sequence[str] = (),
    tls: Tls | None = None,
    listener: socket.socket | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or cancellation.

    `on_ready` is called once with the address, e.g. `http://127.0.0.1:8080`; `on_refused` with the code of
    each request or connection that was refused here, for the metrics. A `listener` that is given is used instead of
    `host` and `port`. Raises Misconfigured when it cannot listen.
    """
    listener = listener or listen(host, port, limits.backlog)
    address = address_of(listener, host, scheme="https" if tls else "http")
    connections = Connections(limits, on_refused)
    config = uvicorn.Config(
        app,
        http=connections.protocol,  # type: ignore[arg-type]  # Any callable with these parameters does.
        ws="none",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_keep_alive=limits.keep_alive_s,
        timeout_graceful_shutdown=limits.stop_timeout_s,
        backlog=limits.backlog,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_ca_certs=str(tls.client_ca) if tls and tls.client_ca else None,
        ssl_cert_reqs=ssl.CERT_OPTIONAL if tls and tls.client_ca else ssl.CERT_NONE,
    )
    server = _Server(config, lambda: on_ready(address))
    try:
        await server.serve(sockets=[listener])
    except asyncio.CancelledError:
        if server.started:
            await server.shutdown(sockets=[listener])
        raise
    finally:
        listener.close()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready and gives control back after a signal."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """As uvicorn's, but a signal that was obeyed is not raised again, for the caller to finish its own
        work.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def address_of(listener: socket.socket, host: str, *, scheme: str = "http") -> str:
    """How a bound socket is reached: `http://127.0.0.1:8080`, an IPv6 address in brackets."""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{listener.getsockname()[1]}"


def listen(host: str, port: int, backlog: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=backlog)
    except OSError as error:
        raise Misconfigured(f"Cannot listen on {host} port {port}: {error.strerror}.") from error
