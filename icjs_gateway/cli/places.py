"""`places`: the directory of places, from YAML files."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from icjs_gateway.bootstrap import Store, desk_bench, open_store
from icjs_gateway.cli.user import user
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.routing.authority.places import PlaceKind, PlacesFile
from icjs_gateway.settings import Settings
from icjs_gateway.stores.alarm_rows import settle_known_places
from icjs_gateway.stores.evidence import write_leaves
from icjs_gateway.stores.judged_again import JudgedAgain, judge_again, waiting_for_standing
from icjs_gateway.stores.places import apply_places, changes_of, known_elsewhere, load_places, refuse_taken
from icjs_gateway.stores.places_file import faults_of, read_places, read_shape

places = typer.Typer(
    no_args_is_help=True, help="The directory of places: stations, courts, jails, laboratories, offices."
)

_File = Annotated[Path, typer.Argument(help="The places file (YAML).", exists=True, dir_okay=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(places, name="places")


@places.command()
def apply(
    file: _File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    by: Annotated[
        str | None, typer.Option(help="Who applies it; else the user of the system. Kept in the audit.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Replace the rows of the States that a file lists, and judge again what waits for standing.

    A running gateway follows within 5 s.
    """
    settings = Settings.from_environment()
    _refuse_sample(read_shape(file), file, settings)
    store = open_store(settings, may_create=not dry_run)
    with store.engine.begin() as connection:
        wanted = read_places(file, lambda states: known_elsewhere(connection, states))
        if dry_run:
            refuse_taken(connection, wanted)
            changes = changes_of(connection, wanted)
        else:
            changes = apply_places(connection, wanted)
            facts = {"states": sorted(set(wanted.states)), "by": by or user()} | changes
            write_leaves(connection, "places.changed", [facts], datetime.now(UTC))
            known = {(place.kind.value, place.code) for place in wanted.places}
            settle_known_places(connection, known, datetime.now(UTC))
    again = JudgedAgain(judged=0, linked=0) if dry_run else _judged_again(store, settings)
    if as_json:
        typer.echo(json.dumps(changes if dry_run else changes | asdict(again)))
        return
    states = ", ".join(sorted(set(wanted.states)))
    counts = ", ".join(f"{count} {change}" for change, count in changes.items())
    typer.echo(f"{states}: {counts}{' (dry run)' if dry_run else ''}")
    if again.judged:
        typer.echo(f"{again.judged} parked messages judged again, {again.linked} linked to their case")


@places.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(help="Places files (YAML); each may name places of the others.", exists=True)
    ],
) -> None:
    """Hold places files against their shape and against each other, without a store. Every fault is named."""
    read = {file: _shape_or_faults(file) for file in files}
    faults: list[str] = []
    for file, found in read.items():
        if isinstance(found, str):
            faults.append(found)
            continue
        others = (each for other, each in read.items() if other != file and isinstance(each, PlacesFile))
        known = {(place.kind.value, place.code) for each in others for place in each.places}
        faults += [f"{file}: {fault}" for fault in faults_of(found, known)]
    if faults:
        raise Misconfigured("\n".join(faults))
    for file, found in read.items():
        if isinstance(found, PlacesFile):
            typer.echo(f"{file}: {len(found.places)} places, {len(found.acts_for)} rows of acts_for: no fault")


@places.command(name="list")
def list_places(
    state: Annotated[str | None, typer.Option(help="Only this State, e.g. HP.")] = None,
    kind: Annotated[PlaceKind | None, typer.Option(help="Only this kind of place.")] = None,
    as_json: _Json = False,
) -> None:
    """Every row of the directory of places, in order of State, kind and code."""
    store = open_store(Settings.from_environment(), may_create=False)
    rows = [
        place
        for place in load_places(store.engine).places
        if (state is None or place.state == StateCode.canonical(state)) and kind in (None, place.kind)
    ]
    if as_json:
        documents: list[dict[str, Any]] = [place.model_dump(mode="json", exclude_defaults=True) for place in rows]
        typer.echo(json.dumps(documents, ensure_ascii=False))
        return
    for place in rows:
        period = f"{place.valid_from or ''}..{place.valid_until or ''}"
        what = f"{place.state} {place.kind.value:<10} {place.code:<12}"
        typer.echo(f"{what} {period:<22} {place.district or '-':<16} {place.name}")


def _judged_again(store: Store, settings: Settings) -> JudgedAgain:
    """What waits for standing may have it by the rows that are in force now."""
    waiting = waiting_for_standing(store.engine)
    if not waiting:
        return JudgedAgain(judged=0, linked=0)

    def on_step(done: int) -> None:
        if done < len(waiting):
            typer.echo(f"{done} of {len(waiting)} parked messages judged again", err=True)

    return judge_again(store.engine, waiting, desk_bench(store, settings), datetime.now(UTC), on_step)


def _refuse_sample(file: PlacesFile, path: Path, settings: Settings) -> None:
    """Invented places would give standing to codes that belong to nobody, or to somebody else."""
    if file.sample and settings.environment == "live":
        raise Misconfigured(
            f"{path}: is a sample with invented places, which a live gateway refuses (ICJS_ENVIRONMENT=live). Write a "
            "file with the places that your police, High Court, prisons and laboratories published, without `sample`."
        )


def _shape_or_faults(file: Path) -> PlacesFile | str:
    try:
        return read_shape(file)
    except Misconfigured as fault:
        return fault.detail
