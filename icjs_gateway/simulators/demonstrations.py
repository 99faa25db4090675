"""Demonstrations: four things that every demo shows beside its story, each really done by the gateway in that run.

    refusal      a court's document with mistakes comes back with its findings; corrected, it is accepted
    redaction    one hearing as the police and as the jail have it: what the jail is not shown, and under which rule
    overtaking   the jail's door is stuck for that hearing: an order for bail goes past it
    replay       a register of the police takes no FIR: a dead letter, which the operator's command sends again

They are about one short case. What is shown is read from the answers, the ledgers and what the commands printed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any, TypeVar

from icjs_gateway.client import Problem
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.ledgers import Arrival
from icjs_gateway.simulators.process import GatewayFailed, GatewayProcess
from icjs_gateway.simulators.receiver import Receiver, Stuck
from icjs_gateway.simulators.short_life import ShortLife, short_life
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.systems import System

T = TypeVar("T")

POLICE, JAIL, REGISTER = "kangra", "hp-jail-dharamshala", "kangra-register"
_GIVES_UP_AFTER_S = (0.1, 0.2)
_LOOK_S = 0.05
_LOOKS_AT_DEAD_LETTERS = 5
_FINDINGS_SHOWN = 2
_WITHHELD_SHOWN = 4
_RULES = {
    "NEED-TO-KNOW": "a jail needs no such member of any hearing",
    "NOT-LODGED-HERE": "the record has this accused in another place",
}
"""In words, what the rules say that are named here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that came about: what it is, and what was seen of it, line by line."""

    title: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Demonstrations:
    """Plays one short life against a gateway. `shown` grows as things come about."""

    seed: int
    life: ShortLife = field(init=False)
    register: Receiver = field(init=False)
    """A further subscription of the police's, to be served by the gateway: it takes no FIR until it is mended."""
    shown: list[Shown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.life = short_life(self.seed)
        interest = Interest(events=("icjs.fir.*",), firs=(self.life.fir,))
        self.register = Receiver(
            name=REGISTER,
            secret=token_urlsafe(),
            interest=interest,
            stuck=Stuck(("icjs.fir.*",)),
            retry_s=_GIVES_UP_AFTER_S,
        )

    @property
    def missing(self) -> list[str]:
        """Titles of what did not come about."""
        return [title for title in TITLES if title not in {each.title for each in self.shown}]

    async def run(
        self, gateway: GatewayProcess, systems: Mapping[str, System], receivers: Mapping[str, Receiver], within_s: float
    ) -> None:
        """Everything, or what comes about in that time. Afterwards no door of this case is stuck any more."""
        police, jail = receivers[POLICE], receivers[JAIL]
        police.bodies, jail.bodies = [], []
        jail.stuck = Stuck(("icjs.hearing.*",), naming=self.life.case.cnr)
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
                for step in self.life.before:
                    await systems[step.system].send(step)
                group.create_task(self._replay(gateway))
                await self._refusal(systems["courts"])
                await self._overtaking(systems, jail)
                await self._redaction(systems["courts"], police, jail)
        jail.stuck = self.register.stuck = None
        police.bodies = jail.bodies = None

    async def _refusal(self, court: System) -> None:
        await court.send(self.life.mistaken)
        problem = _problem(court, self.life.mistaken)
        await court.send(self.life.hearing)
        entry = court.ledger.entries[self.life.hearing.contract, self.life.hearing.message_id]
        if problem is None or not problem.document.findings or entry.receipt is None:
            return
        told = problem.document.findings[:_FINDINGS_SHOWN]
        lines = [f"the court of {self.life.fir} sends the outcome of a hearing: {problem.document.status}"]
        for each in told:
            where = (each.wire_path or each.path or "").rpartition("HearingOutcome")[2].lstrip("/") or "document"
            lines.append(f"{each.code} at {where}: found {each.found},")
            lines.append(f"    expected {each.expected}")
        lines.append(f"corrected and sent again: {entry.receipt.outcome.value}")
        self.shown.append(Shown(REFUSAL, tuple(lines)))

    async def _overtaking(self, systems: Mapping[str, System], jail: Receiver) -> None:
        court = systems["courts"]
        heard = _events(court, self.life.hearing)
        hearing = await _until(lambda: _call(jail, heard, taken=False))
        await court.send(self.life.bail)
        ordered = _events(court, self.life.bail)
        order = await _until(lambda: _call(jail, ordered, taken=True))
        jail.stuck = None
        late = await _until(lambda: _call(jail, [hearing.event_id], taken=True))
        for step in self.life.after:
            await systems[step.system].send(step)
        tries = sum(a.event_id == hearing.event_id for a in jail.ledger.arrivals)
        if order.moment < late.moment and order.lane != late.lane:
            self.shown.append(
                Shown(
                    OVERTAKING,
                    (
                        f"{_clock(hearing)}  the jail fails on the hearing: position {hearing.position} of its lane",
                        f"{_clock(order)}  it takes the bail order: position {order.position} of the person's own lane",
                        f"{_clock(late)}  it takes the hearing at try {tries}, still at position {late.position}",
                    ),
                )
            )

    async def _redaction(self, court: System, police: Receiver, jail: Receiver) -> None:
        heard = _events(court, self.life.hearing)
        whole = await _until(lambda: _body(police, heard))
        short = await _until(lambda: _body(jail, heard))
        withheld = short["data"].get("disclosure", {}).get("withheld", ())
        lost = [
            (each["rule"], each["path"].removeprefix("hearing."), value)
            for each in withheld
            if (value := _at(whole["data"], each["path"])) is not None
        ]
        both = [name for name in short["data"]["hearing"] if name in whole["data"]["hearing"]]
        if whole["id"] != short["id"] or not lost or not both:
            return
        rules = {rule for rule, _, _ in lost}
        first = [next(each for each in lost if each[0] == rule) for rule in sorted(rules)]
        others = [each for each in lost if each not in first]
        rows = [
            ("member of the hearing", "the police have", "the jail has"),
            (both[0], short["data"]["hearing"][both[0]], "the same"),
            *((name, value, f"withheld: {rule}") for rule, name, value in (*first, *others)[:_WITHHELD_SHOWN]),
        ]
        lines = [f"{_cut(name, 24):<24} {_cut(value, 22):<22} {has}" for name, value, has in rows]
        told = [f"{rule}: {_RULES[rule]}" for rule in sorted(rules & _RULES.keys())]
        self.shown.append(Shown(REDACTION, (*lines, *told)))

    async def _replay(self, gateway: GatewayProcess) -> None:
        tried = len(_GIVES_UP_AFTER_S) + 1
        await _until(lambda: len(self.register.ledger.arrivals) >= tried)
        letters: list[dict[str, Any]] = []
        for _ in range(_LOOKS_AT_DEAD_LETTERS):
            printed = await gateway.run("dead-letters", "--subscription", REGISTER, "--json")
            letters = [json.loads(line) for line in printed.splitlines()]  # noqa: TID251 - what our own command printed
            if letters:
                break
        if not letters:
            return
        self.register.stuck = None
        with suppress(GatewayFailed):
            await gateway.run("replay", "--subscription", REGISTER, "--by", "Operator", "--reason", "register mended")
        sent_again = await _until(
            lambda: next((a for a in self.register.ledger.arrivals if a.taken and a.replay), None)
        )
        self.shown.append(
            Shown(
                REPLAY,
                (
                    f"{REGISTER} fails {tried} times on an event, and then the gateway gives up:",
                    f"a dead letter, {letters[0]['type']} at position {sent_again.position}",
                    f"$ icjs-gateway replay --subscription {REGISTER} --by Operator ...",
                    f"{_clock(sent_again)}  it takes it under the same id and position, marked as replayed",
                ),
            )
        )


REFUSAL = "refused with findings, then accepted"
OVERTAKING = "an order for bail goes past a hearing that is stuck"
REDACTION = "one event as police and jail see it"
REPLAY = "a dead letter, and its replay"
TITLES = (REFUSAL, OVERTAKING, REDACTION, REPLAY)


async def _until(look: Callable[[], T | None]) -> T:
    """What there is, once there is something; the bound is the caller's."""
    while True:
        if found := look():
            return found
        await asyncio.sleep(_LOOK_S)


def _problem(system: System, step: Step) -> Problem | None:
    return system.ledger.entries[step.contract, step.message_id].problem


def _clock(arrival: Arrival) -> str:
    return f"{arrival.at:%H:%M:%S.%f}"[:-4]


def _events(system: System, step: Step) -> Sequence[str]:
    """Ids of the events of an answered message."""
    receipt = system.ledger.entries[step.contract, step.message_id].receipt
    return [event.event_id for event in receipt.events] if receipt is not None else []


def _call(receiver: Receiver, events: Sequence[str], *, taken: bool) -> Arrival | None:
    """The first call of one of these events that was taken, or was not."""
    return next((each for each in receiver.ledger.arrivals if each.event_id in events and each.taken is taken), None)


def _body(receiver: Receiver, events: Sequence[str]) -> dict[str, Any] | None:
    """The CloudEvent as this receiver has it."""
    bodies: Iterator[dict[str, Any]] = map(json.loads, receiver.bodies or ())  # noqa: TID251 - a partner's own reading
    return next((each for each in bodies if each["id"] in events and "hearing" in each["data"]), None)


def _at(data: Any, path: str) -> Any:
    """What stands at a canonical path like `hearing.accused[1].name`; None where nothing does."""
    for name in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(data, list):
            data = data[int(name)] if int(name) < len(data) else None
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return data


def _cut(value: Any, width: int) -> str:
    """On one line, of at most so many characters; of an object what a reader knows it by."""
    while isinstance(value, dict):
        value = next((value[name] for name in ("text", "name", "raw", "reason") if name in value), json.dumps(value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 3]}..."
