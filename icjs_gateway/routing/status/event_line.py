"""One line in words of an event, as it is shown to somebody. Pure.

A line is made of what disclosure left of the event's data and of nothing else: a member that is withheld, or that the
sender left out, is not spoken of. Days are civil days in India, codes are written as words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from icjs_gateway.model.event_types import EVENT_TYPES, GATEWAYS_OWN
from icjs_gateway.model.instants import IST

Tree = Mapping[str, Any]

LINE_CHARACTERS_MAX = 400
"""Of one line; a longer one ends with an ellipsis."""
_NAMED_MAX = 5
"""Persons and provisions that one line names; of the rest it tells how many they are."""
_CORRECTIONS = {"amended": "Corrected: ", "withdrawn": "Taken back: "}


def line_of(event_type: str, data: Tree) -> str:
    """The line of an event of this type. `data` is the event's, as disclosed. Raises KeyError for a type without
    words."""
    kind = EVENT_TYPES[event_type]
    told = data.get(kind.noun) or {}
    words = _LINES[kind.noun](told if kind.noun != "delivery" else data, data, kind.verb)
    correction = _CORRECTIONS.get(kind.verb, "") if event_type not in GATEWAYS_OWN else ""
    line = " ".join(f"{correction}{''.join(words)}".split())
    return line if len(line) <= LINE_CHARACTERS_MAX else f"{line[: LINE_CHARACTERS_MAX - 1]}…"


def _fir(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"FIR {told.get('number', '')}"
    yield _with("/{}", told.get("year"))
    yield " registered" + _at("police station", told.get("police_station")) + _on(told.get("registered_at"))
    parent = told.get("parent_fir") or {}
    yield _with(", taken over from FIR {}", _joined("/", (parent.get("number"), parent.get("year"))))
    yield _provisions(told.get("acts_sections"))
    yield _persons(told.get("accused"))


def _accused(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    who, arrest = _person(told.get("accused")), told.get("arrest")
    if arrest is not None:
        yield f"{who} {'surrendered' if arrest.get('kind') == 'SURRENDER' else 'arrested'}"
        yield _on(arrest.get("at")) + _at("police station", told.get("station"))
        yield _with(", produced before court {}", arrest.get("produced_before"))
    else:
        added = {"ADDED": "added to", "DROPPED": "dropped from"}.get(told.get("change") or verb.upper(), "changed in")
        yield f"{who} {added} the accused" + _on(told.get("on"))
    yield _provisions(told.get("sections"))


def _charges(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield "Provisions of the case changed" + _on(told.get("on"))
    yield _with("; added {}", _sections(told.get("added")))
    yield _with("; dropped {}", _sections(told.get("dropped")))


def _investigation(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    to = told.get("given_to") or {}
    yield "Investigation given to " + (
        _joined(" ", (to.get("agency"), _place(to, "station", "station_code"))) or "others"
    )
    yield _on(told.get("on")) + _with(" ({})", _word(told.get("kind")))


def _property(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Seizure memo {told.get('memo_number', '')}" + _on(told.get("seized_at"))
    yield _at("police station", told.get("station")) + _with(": {}", _count(told.get("properties"), "thing"))
    yield _with(" seized from {}", _person(told["seized_from"]) if told.get("seized_from") else None)


def _exhibit(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    rejection = told.get("rejection")
    yield f"Exhibits under forwarding note {told.get('forwarding_number', '')} "
    if rejection is not None or verb == "rejected":
        rejection = rejection or {}
        yield "sent back" + _by(told.get("laboratory")) + _on(rejection.get("at"))
        yield _with(": {}", _word(rejection.get("reason")))
    else:
        yield "forwarded" + _with(" to {}", _place(told.get("laboratory")))
        yield _on(told.get("forwarded_at")) + _with(", {}", _count(told.get("exhibits"), "exhibit"))


def _lab_case(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Laboratory case {told.get('number', '')} registered" + _by(told.get("laboratory"))
    yield _on(told.get("received_at")) + _with(", forwarding note {}", told.get("forwarding_number"))
    yield _with(", report expected by {}", _day(told.get("expected_on")))


def _lab_report(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"{_word(told.get('kind')).capitalize()} laboratory report {told.get('number', '')} issued"
    yield _by(told.get("laboratory")) + _on(told.get("issued_on"))
    yield _with(", laboratory case {}", told.get("lab_case_number"))


def _charge_sheet(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Scrutiny {told.get('scrutiny_id', '')} of the draft charge sheet"
    yield _with(", round {}", told.get("round")) + _with(": {}", _word(told.get("outcome"))) + _on(told.get("on"))
    yield _with(", {}", _count(told.get("objections"), "objection"))


def _final_report(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Final report {told.get('number', '')}" + _with(" ({})", _word(told.get("kind"))) + " filed"
    yield _with(" before court {}", told.get("court")) + _on(told.get("filed_at"))
    yield _with(", supplementing {}", told.get("supplements"))
    yield _persons(told.get("accused"))


def _court_case(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    case, disposal = data.get("case") or {}, told.get("disposal")
    yield "Case" + _with(" {}", case.get("cnr"))
    if disposal is not None or verb == "disposed":
        disposal = disposal or {}
        yield " disposed of" + _by_court(data) + _on(disposal.get("on"))
        yield _with(": {}", _coded(disposal.get("nature")))
        results = [(each, _word(each.get("result"))) for each in told.get("accused") or ()]
        yield _listed("; ", [_joined(" ", (_person(each), result)) for each, result in results if result])
        return
    yield " registered" + _by_court(data)
    yield _on(told.get("registered_on") or told.get("taken_on") or told.get("filed_on"))
    yield _with(", filing number {}", told.get("filing_number"))
    yield _with(", from CNR {}", told.get("from_cnr")) + _with(", on report {}", told.get("report_number"))
    yield _with(", next on {}", _day(told.get("next_on")))


def _proceeding(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Proceeding{_with(' {}', (data.get('case') or {}).get('cnr'))}: {_word(told.get('kind'))}"
    yield _by_court(data) + _on(told.get("on")) + _with(", until {}", _day(told.get("until")))
    others = [each.get("cnr") or each.get("registration_number") for each in told.get("to") or ()]
    yield _with(", other proceeding {}", ", ".join(each for each in others if each))
    yield _persons(told.get("accused"))


def _hearing(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    following = told.get("next") or {}
    yield "Hearing" if told.get("held", True) else "Listed, not heard:"
    yield _with(" for {}", _coded(told.get("purpose"))) + _by_court(data, "before") + _on(told.get("listed_on"))
    yield _with("; put off: {}", _coded((told.get("adjournment") or {}).get("reason")))
    yield _with("; next on {}", _day(following.get("on"))) + _with(" for {}", _coded(following.get("purpose")))


def _bail(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    kind = _word(told.get("kind"))
    yield f"{kind} bail".strip().capitalize() + f" {_word(told.get('decision')) or 'decided'} "
    yield f"for {_person(told.get('accused'))}" + _by_court(data) + _on(told.get("ordered_on"))
    if told.get("authority") == "NOTICE":
        yield " (as told in the hearing's outcome)"
    money = told.get("bond_amount") or {}
    yield _with(", bond of {}", _joined(" ", (money.get("currency"), money.get("amount"))))
    yield _with(", sureties: {}", told.get("sureties"))
    if told.get("bond_accepted") is not None:
        yield ", bond accepted" if told["bond_accepted"] else ", bond not accepted yet"
    yield _at("jail", told.get("jail"))


def _remand(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"{_person(told.get('accused'))} remanded" + _with(" to {} custody", _word(told.get("custody")))
    yield _until(told) + _by_court(data) + _on(told.get("ordered_on")) + _at("jail", told.get("jail"))


def _custody(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield _order_to_a_jail(told, data, verb, _word(told.get("type")) or "custody warrant")
    yield _until(told) + _at("jail", told.get("jail"))


def _production(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield _order_to_a_jail(told, data, verb, "order to produce")
    yield _with(", on {}", _day(told.get("produce_on"))) + _with(" before court {}", told.get("produce_before"))
    yield _at("jail", told.get("jail"))


def _release(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    refused = told.get("not_complied")
    if refused is not None or verb == "not-complied":
        refused = refused or {}
        yield f"{_person(told.get('accused'))} not released" + _by(told.get("prison")) + _on(refused.get("at"))
        yield _with(": {}", _word(refused.get("reason"))) + _with(", order of {}", _day(told.get("ordered_on")))
        yield _with(", held in FIR {}", ", ".join(refused.get("other_firs") or ()))
        return
    yield _order_to_a_jail(told, data, verb, "order to release")
    yield _with(", ground: {}", _word(told.get("ground"))) + _at("jail", told.get("jail"))


def _warrant(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    named = told.get("type") if told.get("type") != "RECALL" else None
    issued = "recalled" if verb == "recalled" or told.get("type") == "RECALL" else "issued"
    yield (
        f"{(_word(named) or ('warrant' if 'warrant' in data else 'process')).capitalize()}"
        + _with(" {}", told.get("process_id"))
        + f" {issued}"
    )
    yield f" against {_person(told.get('accused'))}" + _by_court(data) + _on(told.get("ordered_on"))
    yield _with(", returnable on {}", _day(told.get("returnable_on")))


def _inmate(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"{_person(told.get('accused'))}: {_word(told.get('kind')) or 'entry'}" + _at("jail", told.get("prison"))
    yield _on(told.get("at")) + _with(" to {}", _place(told.get("to_prison")))
    yield _with(", ground: {}", _word(told.get("ground"))) + _with(", order of {}", _day(told.get("ordered_on")))
    yield _with(", remand until {}", _day(told.get("remand_until")))
    yield _with(", next production on {}", _day(told.get("next_production_on")))
    yield _with(", due back on {}", _day(told.get("until"))) + _with(", entry {}", told.get("entry_number"))


def _message(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    state = {"recorded": "linked to its case", "dismissed": "dismissed"}.get(told.get("state", ""), "settled")
    yield f"Parked message {told.get('message_id', '')} {state}" + _with(": {}", told.get("reason"))


def _order(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    named = EVENT_TYPES.get(told.get("type", ""))
    yield f"Order on {named.noun if named is not None else 'a person'} linked to this case"
    yield f", {_person(told.get('accused'))}" + _at("jail", told.get("jail"))


def _voided(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Event {told.get('voids', '')} is not delivered" + _with(": {}", _word(told.get("reason")))


def _case(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    labels = data.get("labels") or {}
    yield "Labels of the case changed"
    yield _with("; added {}", ", ".join(map(_word, labels.get("added") or ())))
    yield _with("; removed {}", ", ".join(map(_word, labels.get("removed") or ())))


def _alert(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"Alert: {_word(told.get('code'))}"
    yield _with(", {}", _person(told["accused"]) if told.get("accused") else None)
    yield _with(", jail {}", told.get("jail"))


def _claim(told: Tree, data: Tree, verb: str) -> Iterator[str]:
    yield f"{_count(told.get('event_ids'), 'event') or 'Events'} told before do not belong to this case"


_LINES: dict[str, Callable[[Tree, Tree, str], Iterable[str]]] = {
    "fir": _fir,
    "accused": _accused,
    "charges": _charges,
    "investigation": _investigation,
    "property": _property,
    "exhibit": _exhibit,
    "lab_case": _lab_case,
    "lab_report": _lab_report,
    "charge_sheet": _charge_sheet,
    "final_report": _final_report,
    "court_case": _court_case,
    "proceeding": _proceeding,
    "hearing": _hearing,
    "bail": _bail,
    "remand": _remand,
    "custody": _custody,
    "production": _production,
    "release": _release,
    "warrant": _warrant,
    "process": _warrant,
    "inmate": _inmate,
    "message": _message,
    "order": _order,
    "delivery": _voided,
    "case": _case,
    "alert": _alert,
    "claim": _claim,
}
"""By noun."""


def _order_to_a_jail(told: Tree, data: Tree, verb: str, what: str) -> str:
    is_recall = verb == "recalled" or told.get("type") == "RECALL"
    named = "order" if what == "recall" else what
    number = _with(" {}", told.get("process_id"))
    issued = "recalled" if is_recall else "issued"
    who = f" for {_person(told.get('accused'))}"
    return named.capitalize() + number + f" {issued}" + who + _by_court(data) + _on(told.get("ordered_on"))


def _person(told: Tree | None) -> str:
    """By serial and name, and by the prisoner's number; `an accused` where nothing of them is shown."""
    told = told or {}
    named = _joined(" ", (told.get("serial") or told.get("court_party"), told.get("name")))
    return _joined(" ", (named, _with("(PID {})" if named else "PID {}", told.get("pid")))) or "an accused"


def _persons(told: Iterable[Tree] | None) -> str:
    return _with("; accused: {}", _list([_person(each) for each in told or () if each]))


def _sections(told: Iterable[Tree] | None) -> str:
    return _list([_joined(" ", (each.get("act"), each.get("section"))) for each in told or ()])


def _provisions(told: Iterable[Tree] | None) -> str:
    return _with(", {}", _sections(told))


def _listed(between: str, words: list[str]) -> str:
    return _with("; {}", _list(words, between))


def _list(words: list[str], between: str = ", ") -> str:
    """The first of them, and how many more there are."""
    words = [each for each in words if each]
    more = f" and {len(words) - _NAMED_MAX} more" if len(words) > _NAMED_MAX else ""
    return between.join(words[:_NAMED_MAX]) + more


def _count(told: Iterable[Any] | None, noun: str) -> str:
    number = sum(1 for each in told or () if each)
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _place(told: Tree | None, name: str = "name", number: str = "code") -> str:
    """By its name with its code, as far as there are."""
    told = told or {}
    named, coded = told.get(name), told.get(number)
    return f"{named} ({coded})" if named and coded else named or coded or ""


def _at(what: str, told: Tree | None) -> str:
    place = _place(told)
    return _with(" at {}" if place.lower().startswith(("ps ", what, "district jail")) else f" at {what} {{}}", place)


def _by(told: Tree | None) -> str:
    return _with(" by {}", _place(told))


def _by_court(data: Tree, preposition: str = "by") -> str:
    court = data.get("court") or {}
    return _with(f" {preposition} {{}}", _place(court, number="establishment"))


def _until(told: Tree) -> str:
    return _with(" until {}", _day(told.get("until")))


def _on(told: Any) -> str:
    return _with(" on {}", _day(told))


def _day(told: Any) -> str:
    """A civil day, or an instant as the day in India: `20 Nov 2026`."""
    if not told:
        return ""
    if isinstance(told, str):
        told = datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
    if isinstance(told, datetime):
        told = told.astimezone(IST)
    return f"{told.day} {told:%b} {told.year}"


def _coded(told: Tree | None) -> str:
    """A coded value by the words of its sender, else by its code."""
    told = told or {}
    return told.get("text") or _word(told.get("code")) or told.get("raw") or ""


def _word(code: str | None) -> str:
    """A code as words: `NON_BAILABLE_WARRANT` is a non bailable warrant."""
    return (code or "").replace("_", " ").replace("-", " ").lower()


def _joined(between: str, words: Iterable[Any]) -> str:
    return between.join(str(each) for each in words if each)


def _with(sentence: str, value: Any) -> str:
    """A part of the line, where there is what it tells."""
    return sentence.format(value) if value not in (None, "", ()) else ""
