"""`serve` and `migrate`: running the gateway, and bringing its store's schema up to date."""

from __future__ import annotations

import asyncio
import gc
from typing import Annotated

import typer
import uvloop

from icjs_gateway import bootstrap
from icjs_gateway.cli.logs import configure_logs
from icjs_gateway.settings import Settings
from icjs_gateway.stores import migrate as migrations
from icjs_gateway.stores.engine import open_engine


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command(hidden=True)(front)
    app.command()(migrate)


def serve(
    show_settings: Annotated[bool, typer.Option(help="Print every setting, secrets hidden, and end.")] = False,
) -> None:
    """Serve the API and deliver what is owed, until SIGTERM or Ctrl-C."""
    settings = Settings.from_environment()
    if show_settings:
        for name, value in settings.redacted().items():
            typer.echo(f"{name}={value}")
        return
    configure_logs(settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bootstrap.serve_gateway(settings, _say_ready))


def front(listener_fd: int, line_fd: int) -> None:
    """Serve as a front of a gateway that is running; started by it, never by a person."""
    settings = Settings.from_environment()
    configure_logs(settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bootstrap.serve_front(settings, listener_fd, line_fd, settle_heap))


def migrate() -> None:
    """Create the store's schema, or bring it up to date."""
    settings = Settings.from_environment()
    engine = open_engine(settings.database_url)
    before, _ = migrations.standing(engine)
    migrations.upgrade(engine)
    after, _ = migrations.standing(engine)
    typer.echo(f"schema {before or 'none'} -> {after}" if before != after else f"schema {after}: nothing to do")


def _say_ready(address: str) -> None:
    settle_heap()
    typer.echo(f"ready {address}")


def settle_heap() -> None:
    """Keep the collector from walking, again and again, the hundreds of thousands of objects that start-up made.

    Contracts, statements and routes live as long as the process; what a message leaves behind dies by its reference
    count. Measured: half of the CPU of a message was the collector's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
