"""`cases`: looking over the cases of a store."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.settings import Settings
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.fused_cases import FusedCase, fused_cases

cases = typer.Typer(no_args_is_help=True, help="Cases: is everything in them that belongs together, and nothing else?")


def register(app: typer.Typer) -> None:
    app.add_typer(cases, name="cases")


@cases.callback()
def group() -> None:
    """Cases: is everything in them that belongs together, and nothing else?"""


@cases.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")] = False,
) -> None:
    """Cases that hold two FIRs whose own keys differ, where no document states that they belong together.

    Reads only. Exit code 1 when there is one.
    """
    store = open_store(Settings.from_environment(), may_create=False)
    found = 0
    for each in fused_cases(reader_of(store.engine)):
        found += 1
        typer.echo(json.dumps({name: getattr(each, name) for name in each.__slots__}) if as_json else _lines(each))
    if not as_json:
        typer.echo(f"fused cases: {found}")
    if found:
        raise typer.Exit(1)


def _lines(fused: FusedCase) -> str:
    by = ", ".join(fused.numbers) or "a message that names them together"
    return "\n".join(
        [
            f"{fused.case_id}  by {by}",
            *(f"  FIR {key}" for key in fused.firs),
            *(f"  {each}" for each in fused.messages),
        ]
    )
