"""The last line before the wire: every request has a trace, and every failure has a form.

Errors of the tree become their problem document. Anything else becomes a problem 500 with nothing in it but
the trace id; the log gets the exception's type and where it rose, never its text, which may quote what was
sent. When an answer has already begun it cannot be taken back: the exception goes on, and the server drops
the connection.
"""

from __future__ import annotations

import time

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icjs_gateway.api.metrics import ApiMetrics
from icjs_gateway.api.problems import problem_of, unexpected
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import Trace, begin_trace, endpoint_of
from icjs_gateway.model.errors import GatewayError
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.faults import told_of

_log = structlog.stdlib.get_logger("icjs_gateway.api")
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


def report_failure(error: BaseException, trace: Trace, metrics: ApiMetrics) -> None:
    """Log a fault of ours: what sort, and where; and count it."""
    metrics.failures.inc()
    _log.error(Action.REQUEST_FAILED.value, trace_id=trace.trace_id, **told_of(error))


class Boundary:
    """Pure ASGI middleware around all endpoints."""

    def __init__(self, app: ASGIApp, *, refusals: Refusals, metrics: ApiMetrics) -> None:
        self._app = app
        self._refusals = refusals
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["path"]) > 1 and scope["path"].endswith("/"):
            # Clients put a slash behind an address; a redirect would cost them the body.
            scope["path"] = scope["path"].rstrip("/") or "/"
        trace = begin_trace(scope)
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            return
        except Exception as error:
            if status:
                report_failure(error, trace, self._metrics)
                raise
            if isinstance(error, GatewayError):
                self._refusals.tell(error, scope)
                problem = problem_of(error, trace.trace_id, had_token=_had_token(scope))
            else:
                report_failure(error, trace, self._metrics)
                problem = unexpected(trace.trace_id)
            await problem.response()(scope, receive, sending)
        finally:
            self._metrics.seconds.labels(endpoint_of(scope), str(status)).observe(time.perf_counter() - began)


def _had_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


def _complete(message: Message) -> None:
    """Add the headers that every answer has, unless the endpoint said otherwise."""
    headers = message["headers"]
    given = {name for name, _ in headers}
    headers.extend(pair for pair in _ALWAYS if pair[0] not in given)
