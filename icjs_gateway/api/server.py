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
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from icjs_gateway.api.connections import Connections, ServerLimits
from icjs_gateway.api.proxies import TrustedProxies
from icjs_gateway.api.tls import Tls
from icjs_gateway.model.errors import Misconfigured

__all__ = ["ServerLimits", "Tls", "serve"]


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
    `host` and `port`. `trusted_proxies` are the networks (CIDRs) whose word on who called is believed (`proxies`).
    Raises Misconfigured when it cannot listen, or the files of `tls` are not good.
    """
    context = tls.context() if tls is not None else None
    listener = listener or listen(host, port, limits.backlog)
    address = address_of(listener, host, scheme="https" if tls else "http")
    connections = Connections(limits, on_refused)
    config = uvicorn.Config(
        TrustedProxies(app, trusted_proxies) if trusted_proxies else app,
        http=connections.protocol,  # type: ignore[arg-type]  # Any callable with these parameters does.
        ws="none",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=limits.keep_alive_s,
        timeout_graceful_shutdown=limits.stop_timeout_s,
        backlog=limits.backlog,
        ssl_context_factory=(lambda _config, _default: context) if context is not None else None,
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
