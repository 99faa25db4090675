"""`labels`: what makes need to know stricter for a case, and a person taking one of them away."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from icjs_gateway.bootstrap import desk_bench, open_store
from icjs_gateway.cli.exceptions import By
from icjs_gateway.settings import Settings
from icjs_gateway.stores import labels as cases
from icjs_gateway.stores.exceptions import Act

labels = typer.Typer(no_args_is_help=True, help="Labels of cases: what each stands on, and taking one away.")


def register(app: typer.Typer) -> None:
    app.add_typer(labels, name="labels")


@labels.command(name="list")
def list_labels(
    case: Annotated[str | None, typer.Argument(help="Only this case, e.g. case-01J...")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")] = False,
) -> None:
    """Cases with labels, what each label stands on, and what a person decided that none shall stand on."""
    store = open_store(Settings.from_environment(), may_create=False)
    for each in cases.labelled(store.engine, case):
        sides = (each.labels.on, each.labels.lifted)
        on, lifted = ({name: sorted(side[name]) for name in sorted(side)} for side in sides)
        if as_json:
            typer.echo(json.dumps({"case": each.case_id, "labels": on, "lifted": lifted}, ensure_ascii=False))
            continue
        typer.echo(each.case_id)
        for name, grounds in on.items():
            typer.echo(f"  {name}: {', '.join(grounds)}")
        for name, grounds in lifted.items():
            typer.echo(f"  {name} no more by: {', '.join(grounds)}")


@labels.command()
def remove(
    case: Annotated[str, typer.Argument(help="The case, e.g. case-01J...")],
    label: Annotated[str, typer.Argument(help="The label, e.g. CHILD_VICTIM.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why. Kept in the audit.")],
) -> None:
    """Take a label from a case. What it stood on gives it no more; something else, or a sender's word, may again."""
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    act = Act(by=by, reason=reason, at=datetime.now(UTC))
    cases.remove(store.engine, case, label, act, desk_bench(store, settings))
    typer.echo(f"{case}: {label} removed")
