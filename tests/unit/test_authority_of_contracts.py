"""Whose word counts, for every inbound contract: a document of a place that is not the case's own changes nothing in
it, and looks to its sender like one about a case that does not exist.

Every valid sample of every contract is held against a case of others that holds its FIR and its CNR, spoken by each
relation of a place to that case. A new contract is covered by its samples; a new noun or basis needs a line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from pathlib import Path

import pytest

from icjs_gateway.model.content import CaseReference, Content, Event, FirReference
from icjs_gateway.model.event_types import EVENT_TYPES, GATEWAYS_OWN
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.model.payloads.arrest import AccusedData
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.samples import Sample, samples_of
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.authority.speaker import KIND_OF_ATTRIBUTE, Speaker
from icjs_gateway.routing.correlation import CaseFile, Identifier, looked_up
from icjs_gateway.routing.decisions import Facts, Kept
from icjs_gateway.routing.messages import Channel, Envelope, MessageState, Record
from icjs_gateway.routing.recording import Bench
from tests.contracts import contracts, foreign, parse
from tests.support.doors import court_row, row
from tests.support.messages import bench, jail, police, record, said, subscription

CONTRACTS = (*contracts().all(), *foreign())


class Relation(Enum):
    """What the speaking place is to the case."""

    OWN = "own"
    OTHER_PLACE = "another place of the State"
    NEW_PLACE = "a place of the State that has no row"
    OTHER_STATE = "a place of another State"
    NOWHERE = "a place of which nobody knows the State"
    NO_PLACE = "no place"


OF_THE_STATE = frozenset({Relation.OTHER_PLACE, Relation.NEW_PLACE})
NOBODY: frozenset[Relation] = frozenset()

BEYOND_OWN: Mapping[tuple[PlaceKind, str], frozenset[Relation]] = {
    (PlaceKind.STATION, "fir"): NOBODY,
    (PlaceKind.STATION, "arrest"): OF_THE_STATE,
    (PlaceKind.STATION, "accused"): NOBODY,
    (PlaceKind.STATION, "charges"): NOBODY,
    (PlaceKind.STATION, "investigation"): NOBODY,
    (PlaceKind.STATION, "property"): NOBODY,
    (PlaceKind.STATION, "exhibit"): NOBODY,
    (PlaceKind.STATION, "final_report"): NOBODY,
    (PlaceKind.LABORATORY, "exhibit"): NOBODY,
    (PlaceKind.LABORATORY, "lab_case"): NOBODY,
    (PlaceKind.LABORATORY, "lab_report"): NOBODY,
    # An office has no code yet: it speaks for its State.
    (PlaceKind.OFFICE, "charge_sheet"): OF_THE_STATE,
    (PlaceKind.COURT, "court_case"): NOBODY,
    (PlaceKind.COURT, "proceeding"): NOBODY,
    (PlaceKind.COURT, "hearing"): NOBODY,
    (PlaceKind.COURT, "bail"): NOBODY,
    (PlaceKind.COURT, "remand"): NOBODY,
    (PlaceKind.COURT, "custody"): NOBODY,
    (PlaceKind.COURT, "production"): NOBODY,
    (PlaceKind.COURT, "release"): NOBODY,
    (PlaceKind.COURT, "warrant"): NOBODY,
    (PlaceKind.COURT, "process"): NOBODY,
    # A person of the case may be brought to any jail of the State.
    (PlaceKind.JAIL, "inmate"): OF_THE_STATE,
    (PlaceKind.JAIL, "release"): OF_THE_STATE,
}
"""What a place that is not the case's own may tell of it where the State has rows; an arrest is told apart from what
else police say of an accused."""

BASES: Mapping[Basis, frozenset[Relation]] = {
    Basis.OWN_FIR: frozenset({Relation.OWN}),
    Basis.INVESTIGATES: NOBODY,
    Basis.ARREST_ELSEWHERE: OF_THE_STATE,
    Basis.WARRANT: NOBODY,
    Basis.OWN_CNR: frozenset({Relation.OWN}),
    Basis.OTHER_ROLE: NOBODY,
    Basis.NAMED_COURT: NOBODY,
    Basis.TAKES_OVER: NOBODY,
    Basis.SUPERIOR: NOBODY,
    Basis.DIVISION: NOBODY,
    Basis.BOND: NOBODY,
    Basis.TRANSIT_BAIL: NOBODY,
    Basis.REGISTER: OF_THE_STATE | {Relation.OWN},
    Basis.LABORATORY: frozenset({Relation.OWN}),
    Basis.OFFICE: OF_THE_STATE | {Relation.OWN},
    Basis.CORROBORATED: NOBODY,
    Basis.SAME_STATE: OF_THE_STATE | {Relation.NOWHERE},
}
"""By what the places of these tests have standing. Whoever needs more than to be what they are (a warrant, bail that
was granted, a second word, a row of the directory) has none here: `tests/conformance/test_doors.py` is about these."""

BELIEVED_NOWHERE = frozenset({PlaceKind.JAIL, PlaceKind.LABORATORY})
"""Kinds of place whose code does not tell a State: in a State without rows one of unknown State is believed."""


def test_every_noun_has_a_rule_of_who_may_tell_it() -> None:
    nouns = {kind.noun for name, kind in EVENT_TYPES.items() if name not in GATEWAYS_OWN}
    assert {subject for _, subject in BEYOND_OWN} == nouns | {"arrest"}


def test_every_basis_has_a_rule_of_which_places_have_it() -> None:
    assert BASES.keys() == set(Basis)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each.id)
def test_every_contract_names_the_kind_of_place_that_speaks_and_has_samples_that_name_a_case(
    contract: CompiledContract,
) -> None:
    kind = kind_of(contract)
    named = [sample for sample in valid(contract) if names_of(sample)]
    assert len(named) >= 3
    for sample in named:
        for event in decoded(sample).events:
            assert (kind, subject_of(event)) in BEYOND_OWN


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("relation", Relation, ids=lambda each: each.name)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each.id)
def test_a_document_changes_the_record_of_a_case_only_where_its_place_may(
    contract: CompiledContract, relation: Relation, silent: bool
) -> None:
    kind = kind_of(contract)
    for sample in valid(contract):
        names = names_of(sample)
        if not names:
            continue
        scene = scene_of(sample)
        deciding, file = scene.deciding(silent), scene.case(silent)
        command = scene.spoken(relation, kind)
        basis = deciding.authority.basis(command.envelope.speaker, command.content, file.case, DAY.date())
        assert basis is None or relation in BASES[basis], sample.file.name
        decision = deciding.decide(command, Facts(cases=dict.fromkeys(names, file), referred=True))
        assert isinstance(decision, Kept)
        if may(kind, relation, command.content, silent=silent):
            assert basis is not None, sample.file.name
            assert not decision.refused
            assert decision.linked is not None or waits_for_its_content(decision, file), sample.file.name
            continue
        assert basis is None, sample.file.name
        assert (decision.state, decision.linked) == (MessageState.PARKED, None)
        assert {each.case_id for each in decision.parked} == {None}
        absent = scene.deciding(silent).decide(command, Facts())
        assert isinstance(absent, Kept)
        assert without_ids(decision.receipt) == without_ids(absent.receipt), sample.file.name


def may(kind: PlaceKind, relation: Relation, content: Content, *, silent: bool) -> bool:
    """Whether a place may change the case by this document, as the tables above say."""
    if relation is Relation.OWN:
        return True
    if silent:
        return relation in OF_THE_STATE or (relation is Relation.NOWHERE and kind in BELIEVED_NOWHERE)
    return all(relation in BEYOND_OWN[kind, subject_of(event)] for event in content.events)


def waits_for_its_content(decision: Kept, file: CaseFile) -> bool:
    """Whether a message waits whoever speaks: an order about nobody who is known, or a second FIR of one number."""
    return decision.held_for is not None or ("persons", file.case_id) in decision.waits_for


def subject_of(event: Event) -> str:
    if isinstance(event.data, AccusedData) and event.data.accused.arrest is not None:
        return "arrest"
    return EVENT_TYPES[event.type].noun


def without_ids(receipt: bytes) -> bytes:
    return re.sub(rb"id\d{6}", b"id", receipt)


def kind_of(contract: CompiledContract) -> PlaceKind:
    """The kind of place that a contract's `attributes` name; a prosecutor's office has no code to name yet."""
    attributes = contract.translator.keys.attributes
    named = [kind for name, kind in KIND_OF_ATTRIBUTE.items() if name in attributes]
    if contract.pillar == "prosecution":
        return PlaceKind.OFFICE
    assert len(named) == 1, f"{contract.id} names no speaking place among its attributes, or several"
    return named[0]


SAMPLES: Mapping[Path, Sample] = {
    sample.file: sample for contract in CONTRACTS for sample in samples_of(contract) if sample.valid
}


def valid(contract: CompiledContract) -> list[Sample]:
    return [sample for sample in SAMPLES.values() if sample.contract is contract]


def decoded(sample: Sample) -> Content:
    return _decoded(sample.file)


@cache
def _decoded(file: Path) -> Content:
    sample = SAMPLES[file]
    return sample.contract.decode(sample.document(parse))


def names_of(sample: Sample) -> tuple[Identifier, ...]:
    """The identifiers of the case that a sample is about."""
    content = decoded(sample)
    return looked_up(content, content.attributes.get("state"))


DAY = datetime(2027, 1, 4, 6, tzinfo=UTC)
ABROAD = "PB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A sample, and the places to which the case that it names belongs."""

    sample: Sample
    state: str
    fir: FirReference
    cnr: Cnr

    def own(self, kind: PlaceKind) -> str | None:
        laboratory = decoded(self.sample).attributes.get("laboratory", "OWNLAB")
        return {
            PlaceKind.STATION: self.fir.police_station_code,
            PlaceKind.COURT: str(self.cnr[:6]),
            PlaceKind.JAIL: decoded(self.sample).attributes.get("jail", "OWNJAIL"),
            PlaceKind.LABORATORY: laboratory,
        }.get(kind)

    def speaker(self, relation: Relation, kind: PlaceKind) -> Speaker:
        if relation is Relation.NO_PLACE:
            return Speaker(kind=PlaceKind.OFFICE)
        if relation is Relation.NOWHERE:
            return Speaker(kind=kind, code=CODES[relation].get(kind), state="XX" if kind is PlaceKind.COURT else None)
        state = ABROAD if relation is Relation.OTHER_STATE else self.state
        code = self.own(kind) if relation is Relation.OWN else CODES[relation].get(kind)
        if kind is PlaceKind.COURT and relation is not Relation.OWN:
            code = f"{state}{code}"
        return Speaker(kind=kind, code=code, state=state)

    def spoken(self, relation: Relation, kind: PlaceKind) -> Record:
        speaker, content = self.speaker(relation, kind), decoded(self.sample)
        envelope = Envelope(
            partner_id="sender",
            pillar=self.sample.contract.pillar,
            home_state=speaker.state,
            speaker=speaker,
            contract_id=self.sample.contract.id,
            channel=Channel.HTTP,
            media_type="application/xml",
            received_at=DAY,
            digest=content.digest(),
        )
        return Record(envelope=envelope, body=b"", content=content, content_digest=content.digest())

    def deciding(self, silent: bool) -> Bench:
        orders = subscription("own-jail", "own-jail", jails=["HPDJ04"])
        partners = (jail(partner_id="own-jail"), police())
        return bench(
            subscription(), orders, partners=partners, places=NO_PLACES if silent else directory(self._places())
        )

    def case(self, silent: bool) -> CaseFile:
        """A case with the FIR, the CNR and an exhibit in the laboratory, by those whose they are."""
        return case_of(self.state, self.fir, self.cnr, self.own(PlaceKind.LABORATORY) or "", silent)

    def _places(self) -> tuple[tuple[PlaceKind, str], ...]:
        return tuple((kind, code) for kind in PlaceKind if (code := self.own(kind)) is not None)


CODES: Mapping[Relation, Mapping[PlaceKind, str]] = {
    Relation.OTHER_PLACE: {
        PlaceKind.STATION: "9011001",
        PlaceKind.COURT: "OT02",
        PlaceKind.JAIL: "OTHERJAIL",
        PlaceKind.LABORATORY: "OTHERLAB",
    },
    Relation.NEW_PLACE: {
        PlaceKind.STATION: "9099999",
        PlaceKind.COURT: "NW99",
        PlaceKind.JAIL: "NEWJAIL",
        PlaceKind.LABORATORY: "NEWLAB",
    },
    Relation.OTHER_STATE: {
        PlaceKind.STATION: "3011001",
        PlaceKind.COURT: "LD01",
        PlaceKind.JAIL: "PBCJ01",
        PlaceKind.LABORATORY: "PBLAB",
    },
    Relation.NOWHERE: {
        PlaceKind.STATION: "NOWHERE",
        PlaceKind.COURT: "XXXX99",
        PlaceKind.JAIL: "NOWHERE",
        PlaceKind.LABORATORY: "NOWHERE",
    },
}
"""Of a court without the letters of its State."""


def scene_of(sample: Sample) -> Scene:
    content = decoded(sample)
    fir = next((each for each in content.case.firs if each.key() is not None), None)
    state = (fir.state if fir is not None else None) or content.attributes.get("state") or "HP"
    if fir is None:
        fir = FirReference(state=state, police_station_code="2011007", number="112", year=2026)
    seat = content.attributes.get("establishment", f"{state}KN02")
    return Scene(sample=sample, state=state, fir=fir, cnr=content.case.cnr or Cnr(f"{seat}0003412026"))


@cache
def directory(own: tuple[tuple[PlaceKind, str], ...]) -> Places:
    """The case's own places, another one of every kind of the same State, and one of another State."""
    codes = dict(own)
    state = codes[PlaceKind.COURT][:2]
    rows = [row(kind, code, state, divisions=["OWN"]) for kind, code in own if kind is not PlaceKind.COURT]
    rows.append(court_row(codes[PlaceKind.COURT], CourtKind.MAGISTRATE, divisions=["OWN"]))
    for relation, where in ((Relation.OTHER_PLACE, state), (Relation.OTHER_STATE, ABROAD)):
        for kind, code in CODES[relation].items():
            if kind is PlaceKind.COURT:
                rows.append(court_row(f"{where}{code}", CourtKind.MAGISTRATE, divisions=["OTHER"]))
            else:
                rows.append(row(kind, code, where, divisions=["OTHER"]))
    return Places(rows)


@cache
def case_of(state: str, fir: FirReference, cnr: Cnr, laboratory: str, silent: bool) -> CaseFile:
    station = Speaker(kind=PlaceKind.STATION, code=fir.police_station_code, state=state)
    seat = Speaker(kind=PlaceKind.COURT, code=cnr[:6], state=state)
    own = (
        (PlaceKind.STATION, fir.police_station_code or ""),
        (PlaceKind.COURT, str(cnr[:6])),
        (PlaceKind.LABORATORY, laboratory),
    )
    deciding = bench(places=NO_PLACES if silent else directory(own))
    by_fir, by_both = CaseReference(firs=(fir,)), CaseReference(firs=(fir,), cnr=cnr)
    registered = {
        "number": fir.number,
        "year": fir.year,
        "kind": "REGULAR",
        "police_station": {"code": fir.police_station_code, "state": state},
        "registered_at": "2026-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
    }
    forwarded = {"forwarding_number": "RC-1", "laboratory": {"code": laboratory, "state": state}}
    heard = {"hearing_id": "H-0", "listed_on": "2026-09-02", "held": True}
    words = (
        (said("F-0", "icjs.fir.registered.v1", by_fir, fir=registered), station),
        (said("E-0", "icjs.exhibit.forwarded.v1", by_fir, exhibit=forwarded), station),
        (said("H-0", "icjs.hearing.recorded.v1", by_both, court={"establishment": cnr[:6]}, hearing=heard), seat),
    )
    file: CaseFile | None = None
    for content, speaker in words:
        known = {} if file is None else {("fir", str(fir.key())): file}
        decision = deciding.decide(record(content, speaker=speaker), Facts(cases=known))
        assert isinstance(decision, Kept)
        assert decision.linked is not None
        file = decision.linked.cases[0]
    assert file is not None
    assert file.case.own_cnrs == (cnr,)
    return file
