"""The command line: one module a group of commands, each adding itself to the one app.

Exit codes: 0 ok, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

import typer

from icjs_gateway.model.errors import GatewayError

_GROUPS = (
    "serve",
    "partners",
    "places",
    "contracts",
    "translate",
    "dead_letters",
    "exceptions",
    "cases",
    "claims",
    "obligations",
    "unconsumed",
    "labels",
    "demo",
    "simulate",
    "bench",
)


def build() -> typer.Typer:
    """The app with every group of commands registered."""
    app = typer.Typer(
        name="icjs-gateway",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="ICJS Gateway: the interoperability gateway of a criminal justice system.",
    )
    for group in _GROUPS:
        import_module(f"icjs_gateway.cli.{group}").register(app)
    return app


def main() -> None:
    """Entry point of `icjs-gateway`. What the gateway refuses on purpose ends as one line, not as a traceback."""
    try:
        build()()
    except GatewayError as refusal:
        sys.stderr.write(f"icjs-gateway: {refusal.detail}\n")
        raise SystemExit(1) from None
    except BaseExceptionGroup as group:
        # What runs side by side fails as a group, even when one thing alone was wrong.
        refusals, others = group.split(GatewayError)
        if refusals is None or others is not None:
            raise
        sys.stderr.write("".join(f"icjs-gateway: {refusal.detail}\n" for refusal in _each(refusals)))
        raise SystemExit(1) from None


def _each(group: BaseExceptionGroup[GatewayError]) -> Iterator[GatewayError]:
    for failure in group.exceptions:
        if isinstance(failure, BaseExceptionGroup):
            yield from _each(failure)
        else:
            yield failure
