"""What the demo shows fits a terminal of 80 columns and 24 lines, and tells both halves of the story."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console, RenderableType

from icjs_gateway.cli.demo_closing import closing_table, demonstrations_shown, receivers_table, scenes_table
from icjs_gateway.cli.demo_play import _held
from icjs_gateway.cli.demo_view import View
from icjs_gateway.client import GatewayClient
from icjs_gateway.simulators.board import Board
from icjs_gateway.simulators.cast import cast
from icjs_gateway.simulators.demonstrations import TITLES, Demonstrations, Shown
from icjs_gateway.simulators.journey import STATIONS_OF_A_CASE
from icjs_gateway.simulators.kinds import Witness
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.receiver import Stuck
from icjs_gateway.simulators.said import said_in
from icjs_gateway.simulators.scenes import BY_ROWS, Scene
from icjs_gateway.simulators.short_life import short_life
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.systems import NEIGHBOURS, PILLARS, System
from icjs_gateway.simulators.told import Words
from icjs_gateway.simulators.whole_lives import whole_lives
from tests.unit.test_simulators_proof import receipt

SHOWN = [
    Shown(title, ("what was seen of it", "and what came in the end, at greater length than a line of a terminal"))
    for title in TITLES
]


def drawn(renderable: RenderableType, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text().splitlines()


def answer(system: System, step: Step) -> None:
    said = said_in(step.document, step.tells)
    entry = system.ledger.open(contract=step.contract, message_id=step.message_id, about=step.about, tells=step.tells,
                               scene=step.scene, said=said)  # fmt: skip
    events = [{"event_id": f"{step.message_id}.{n}", "type": each, "case_id": "c"} for n, each in enumerate(step.tells)]
    system.ledger.close(entry, receipt=receipt(step.message_id, contract=step.contract, events=events))


def played() -> tuple[dict[str, System], Board]:
    """Four cases told, and nothing delivered yet."""
    told, demonstrations = cast(2026), Demonstrations(2026)
    systems = {name: System(GatewayClient("http://gateway.example", name, "x")) for name in (*PILLARS, *NEIGHBOURS)}
    for life in whole_lives(2026, cases=4, scenes=BY_ROWS):
        for step in life.steps:
            answer(systems[step.system], step)
    everybody = [*told.receivers, demonstrations.register, *(each.receiver for each in told.recipients)]
    return systems, Board(systems, everybody)


@pytest.mark.parametrize("shown", [[], SHOWN], ids=["at first", "in the end"])
async def test_the_picture_shows_both_halves_of_the_story_on_80_by_24(shown: list[Shown]) -> None:
    _, board = played()
    console = Console(width=80, height=24)
    lines = drawn(View(console, board, cast(2026).trouble, shown).picture(), 80, 24)
    assert len(lines) <= 23, "the cursor takes a line"
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    head = next(line for line in lines if line.startswith("case "))
    for word in ("FIR", "arrest", "jail", "CNR", "hearings", "bail", "judgment"):
        assert word in head.split()
    for receiver in board.receivers:
        assert any(line.startswith(f"{receiver.name} ") for line in lines), receiver.name
    for word in ("police", "courts", "prisons", "who is told", "owed", "door", "2014001/86001"):
        assert word in text
    assert ("1/4" in text) == bool(shown)


async def test_a_larger_terminal_shows_more() -> None:
    _, board = played()
    small, large = (
        drawn(View(Console(width=width, height=height), board, {}, SHOWN).picture(), width, height)
        for width, height in ((80, 24), (140, 40))
    )
    head = next(line for line in large if line.startswith("case "))
    assert head.split()[1:] == list(STATIONS_OF_A_CASE)
    assert len(large) > len(small)
    assert any("courts.notice.v1 (soap)" in line for line in large)
    assert sum(line.startswith("tells: ") for line in large) == len(PILLARS)


def proof() -> Proof:
    systems, board = played()
    sent = [entry for system in systems.values() for entry in system.ledger]
    return prove(sent, {each.name: Witness(interest=each.interest, arrivals=[]) for each in board.receivers})


def test_the_closing_tables_are_legible_at_80_columns() -> None:
    judged = proof()
    assert {Scene.DUTY_REMAND, Scene.TRANSFER} & judged.scenes.keys()
    for table, heads in (
        (scenes_table(judged), ("door", "cases", "told", "parked", "wait", "orders", "came")),
        (receivers_table(judged), ("receiver", "owed", "came", "void", "replaced", "open", "may")),
    ):
        lines = drawn(table, 80, 24)
        assert lines[1].split() == list(heads)
        assert not [line for line in lines if "…" in line]
        assert max(map(len, lines)) <= 80
    lines = drawn(closing_table(judged, dead=0, verified=1), 80, 24)
    assert len([line for line in lines if line.startswith(("conserved", "in order"))]) == 2
    assert not [line for line in lines if "…" in line]
    assert max(map(len, drawn(demonstrations_shown(SHOWN), 80, 24))) <= 80


@pytest.mark.parametrize("name", ["kangra", "hp-jail-dharamshala", "hp-jail-mandi", "hp-observation-home"])
def test_the_account_of_each_receiver_adds_up(name: str) -> None:
    account = proof().accounts[name]
    assert account.owed == account.outstanding > 0
    assert account.owed == account.delivered + account.voided + account.superseded + account.outstanding


def test_the_demo_fails_when_something_that_it_shows_did_not_come_about() -> None:
    systems, _ = played()
    kept = prove([entry for system in systems.values() for entry in system.ledger], {})
    assert _held(kept, [])
    assert not _held(kept, [TITLES[0]])
    assert not _held(prove([], {}), [])


def test_what_is_demonstrated_is_missing_until_it_was_seen() -> None:
    demonstrations = Demonstrations(7)
    assert demonstrations.missing == list(TITLES)
    demonstrations.shown.append(SHOWN[0])
    assert demonstrations.missing == list(TITLES[1:])


def test_a_short_life_is_about_a_number_of_its_own_and_its_mistake_is_in_the_words_alone() -> None:
    life = short_life(2026)
    assert life.fir not in {step.about.fir for whole in whole_lives(2026, cases=150) for step in whole.steps}
    assert life.mistaken.is_mistaken
    assert not life.hearing.is_mistaken
    assert life.mistaken.message_id != life.hearing.message_id
    assert life.mistaken.document["Case"] == life.hearing.document["Case"]
    assert short_life(2026).bail.body == life.bail.body


def test_what_stays_parked_waits_for_nobody() -> None:
    told, systems = cast(2026), {name: System(GatewayClient("http://g.example", name, "x")) for name in PILLARS}
    step = short_life(2026).before[0]
    entry = systems["police"].ledger.open(
        contract=step.contract, message_id=step.message_id, about=step.about, tells=step.tells
    )
    events = [{"event_id": "E-1", "type": step.tells[0]}]
    parked = receipt(step.message_id, contract=step.contract, outcome="parked", events=events)
    systems["police"].ledger.close(entry, receipt=parked)
    board = Board(systems, told.receivers)
    board.read()
    assert board.lines()[0].waiting == 1
    entry.waits_for = ("fir:HP/2011007/1/2026",)
    assert board.lines()[0].waiting == 0


def test_a_receiver_is_stuck_on_what_names_a_case_and_on_nothing_else() -> None:
    stuck = Stuck(("icjs.hearing.*",), naming="HPKN020000012026")
    body = {"id": "E", "type": "icjs.hearing.recorded.v1", "subject": "c", "deliveryid": "D", "lane": "c"}
    for cnr, event_type, fits in (
        ("HPKN020000012026", "icjs.hearing.recorded.v1", True),
        ("HPKN020000022026", "icjs.hearing.recorded.v1", False),
        ("HPKN020000012026", "icjs.bail.ordered.v1", False),
    ):
        told = body | {"type": event_type, "position": 1, "data": {"case": {"cnr": cnr}}}
        assert stuck.fits(Words().read(json.dumps(told).encode())) is fits
