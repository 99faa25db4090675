"""What a sender's own document says of whom: persons by their serials, the jail that it names, entries of a register.

Read from the document before it was sent, so that the proof knows what each event of the receipt is about without
asking the gateway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PERSON_OF = {
    "icjs.accused.arrested.v1": "arrest",
    "icjs.warrant.issued.v1": "Warrant",
    "icjs.custody.ordered.v1": "Custody",
    "icjs.production.ordered.v1": "Production",
    "icjs.release.ordered.v1": "Release",
    "icjs.inmate.released.v1": "Released",
    "icjs.release.not-complied.v1": "NotReleased",
}
"""Of events about one person, the member of the document that holds the person; otherwise the document itself does."""


_PROCESS = {"NON_BAILABLE_WARRANT": "icjs.warrant.issued.v1", "RECALL": "icjs.warrant.recalled.v1"}
"""What a process of a hearing becomes, if not `icjs.process.issued.v1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom one event of a message is about (serials), and the code of the jail that it names."""

    type: str
    serials: tuple[str, ...] = ()
    jail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabout:
    """A word on where somebody is: an entry of a jail's register, or (`kind` REMAND or BAIL) a court's order that names
    a jail. Ordered by `on` (a date) and `recorded_at`, both as written in the document."""

    serial: str
    jail: str
    kind: str
    on: str
    recorded_at: str
    to_jail: str | None = None

    @property
    def is_entry(self) -> bool:
        """Whether a jail wrote it."""
        return self.kind not in ("REMAND", "BAIL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything of one message that tells whom a jail is owed."""

    subjects: tuple[Subject, ...] = ()
    whereabouts: tuple[Whereabout, ...] = ()


NOTHING_SAID = Said()


def said_in(document: Mapping[str, Any], tells: tuple[str, ...]) -> Said:
    """What a document in the sender's own form says, of whose events the types are `tells`."""
    return Said(subjects=tuple(_subjects(document, tells)), whereabouts=tuple(_whereabouts(document)))


def _subjects(document: Mapping[str, Any], tells: tuple[str, ...]) -> Iterator[Subject]:
    """One for every event, in the order of `tells`; of one type, in the order in which the document names them."""
    if (hearing := document.get("Hearing")) is not None:
        yield from _of_hearing(hearing["Accused"], tells)
        return
    several = document.get("Judgment", document).get("Accused", ())
    for each in tells:
        if several:
            yield Subject(type=each, serials=tuple(one["Serial"] for one in several))
            continue
        part = document.get(_PERSON_OF.get(each, ""), document)
        person = part.get("Person") or part.get("person")
        jail = part.get("Jail") or part.get("Prison")
        yield Subject(
            type=each,
            serials=(person.get("Serial") or person.get("serial"),) if person else (),
            jail=jail["code"] if jail else None,
        )


def _of_hearing(accused: list[dict[str, Any]], tells: tuple[str, ...]) -> Iterator[Subject]:
    """The hearing itself is about all its accused, each order of it about one; what else it tells is about nobody."""
    named: dict[str, Iterator[Subject]] = {}
    for each in tells:
        if each.startswith("icjs.hearing."):
            yield Subject(type=each, serials=tuple(one["Serial"] for one in accused))
        else:
            yield next(named.setdefault(each, _ordered(accused, each)), Subject(type=each))


def _ordered(accused: list[dict[str, Any]], event_type: str) -> Iterator[Subject]:
    for one in accused:
        if event_type.startswith("icjs.bail.") and "Bail" in one:
            yield Subject(type=event_type, serials=(one["Serial"],))
        elif event_type.startswith("icjs.remand.") and "Remand" in one:
            yield Subject(type=event_type, serials=(one["Serial"],), jail=one["Remand"]["Jail"]["code"])
        elif event_type.startswith(("icjs.process.", "icjs.warrant.")):
            for process in one.get("Process", ()):
                if _PROCESS.get(process["Type"], "icjs.process.issued.v1") == event_type:
                    yield Subject(type=event_type, serials=(one["Serial"],))


def _whereabouts(document: Mapping[str, Any]) -> Iterator[Whereabout]:
    recorded_at = str(document.get("RecordedAt", ""))
    if (hearing := document.get("Hearing")) is not None:
        for one in hearing["Accused"]:
            if "Remand" in one:
                yield Whereabout(serial=one["Serial"], jail=one["Remand"]["Jail"]["code"], kind="REMAND",
                                 on=hearing["ListedOn"], recorded_at=recorded_at)  # fmt: skip
    elif (custody := document.get("Custody")) is not None:
        yield Whereabout(serial=custody["Person"]["Serial"], jail=custody["Jail"]["code"], kind="REMAND",
                         on=custody["OrderedOn"], recorded_at=recorded_at)  # fmt: skip
    elif "Decision" in document and "Jail" in document:
        yield Whereabout(serial=document["Person"]["Serial"], jail=document["Jail"]["code"], kind="BAIL",
                         on=document["OrderedOn"], recorded_at=recorded_at)  # fmt: skip
    elif "Released" in document or "Prison" in document:
        entry = document.get("Released", document)
        yield Whereabout(
            serial=entry["Person"]["Serial"],
            jail=entry["Prison"]["code"],
            kind="RELEASE" if "Released" in document else entry.get("Kind", "ADMISSION"),
            on=str(entry.get("AdmittedAt") or entry["At"])[:10],
            recorded_at=recorded_at,
            to_jail=entry["ToPrison"]["code"] if "ToPrison" in entry else None,
        )
