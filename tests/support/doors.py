"""Places and words of a case that goes through the doors of practice: two States with rows, and who speaks there."""

from __future__ import annotations

from datetime import date
from typing import Any

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.routing.authority.places import ActsFor, CourtKind, Place, PlaceKind, Places
from icjs_gateway.routing.authority.speaker import Speaker
from tests.support.messages import fir_reference, said

DAY = "2026-11-20"


def row(kind: PlaceKind, code: str, state: str = "HP", **more: object) -> Place:
    return Place.model_validate({"kind": kind, "code": code, "state": state, "name": code} | more)


def court_row(code: str, kind: CourtKind, **more: object) -> Place:
    return row(PlaceKind.COURT, code, str(more.pop("state", code[:2])), court_kind=kind, **more)


def _acting(place: str, other: str, role: str, **more: object) -> ActsFor:
    """A court that acts for another one from November on."""
    told = {"place": place, "for": [other], "as": role, "from": "2026-11-01", "order": f"HPHC/2026/{place}"}
    return ActsFor.model_validate(told | more)


ROWS = Places(
    (
        row(PlaceKind.STATION, "2011007", district="Kangra", divisions=["KANGRA"]),
        row(PlaceKind.STATION, "2011008", district="Kangra", divisions=["KANGRA"]),
        row(PlaceKind.STATION, "2017002", district="Shimla", divisions=["SHIMLA"]),
        row(PlaceKind.STATION, "3011001", "PB", district="Ludhiana", divisions=["LUDHIANA"]),
        row(PlaceKind.STATION, "2013001", district="Mandi", valid_until=date(2025, 12, 31), successor="2014009",
            successor_order="HPPOL/2025/118"),
        row(PlaceKind.STATION, "2014009", district="Mandi", divisions=["MANDI"], valid_from=date(2026, 1, 1)),
        court_row("SCIN01", CourtKind.SUPREME_COURT, state="DL"),
        court_row("HPHC01", CourtKind.HIGH_COURT),
        court_row("PHHC01", CourtKind.HIGH_COURT, state="CH", states=["PB", "HR"]),
        court_row("HPKN01", CourtKind.SESSIONS, district="Kangra", divisions=["KANGRA"], over=["HPKN02", "HPKN04"]),
        court_row("HPKN02", CourtKind.MAGISTRATE, district="Kangra", divisions=["KANGRA"]),
        court_row("HPKN04", CourtKind.MAGISTRATE, district="Kangra", divisions=["KANGRA"]),
        court_row("HPKNE1", CourtKind.EXECUTIVE_MAGISTRATE, district="Kangra", divisions=["KANGRA"]),
        court_row("HPKNJ1", CourtKind.JUVENILE_BOARD, district="Kangra", divisions=["KANGRA"]),
        court_row("HPKN07", CourtKind.MAGISTRATE, district="Kangra", divisions=["KANGRA"]),
        court_row("HPKN08", CourtKind.MAGISTRATE, district="Kangra", divisions=["KANGRA"],
                  valid_until=date(2026, 10, 31), successor="HPKN09", successor_order="HPHC/2026/70"),
        court_row("HPKN09", CourtKind.MAGISTRATE, district="Kangra", divisions=["KANGRA"],
                  valid_from=date(2026, 11, 1)),
        court_row("HPKNC1", CourtKind.OTHER, district="Kangra"),
        court_row("HPNR01", CourtKind.MAGISTRATE, district="Nurpur", divisions=["NURPUR"]),
        court_row("HPMA03", CourtKind.MAGISTRATE, district="Mandi", divisions=["MANDI"]),
        court_row("HPMA04", CourtKind.MAGISTRATE, district="Mandi", divisions=["MANDI"]),
        court_row("HPSP01", CourtKind.SPECIAL, district="Shimla", divisions=["SHIMLA"], acts=["NDPS"]),
        court_row("HPMA01", CourtKind.MAGISTRATE, district="Mandi", divisions=["MANDI"]),
        court_row("HPMA02", CourtKind.SESSIONS, district="Mandi", divisions=["MANDI"], over=["HPMA01"]),
        court_row("HPSH01", CourtKind.SESSIONS, district="Shimla", divisions=["SHIMLA"], over=["HPSH03"]),
        court_row("HPSH03", CourtKind.MAGISTRATE, district="Shimla", divisions=["SHIMLA"]),
        court_row("PBLD01", CourtKind.MAGISTRATE, district="Ludhiana", divisions=["LUDHIANA"]),
        court_row("PBLD02", CourtKind.SESSIONS, district="Ludhiana", divisions=["LUDHIANA"], over=["PBLD01"]),
        row(PlaceKind.JAIL, "HPDJ04", district="Kangra"),
        row(PlaceKind.JAIL, "HPMC01", district="Shimla"),
        row(PlaceKind.JAIL, "PBCJ01", "PB", district="Ludhiana"),
        row(PlaceKind.LABORATORY, "RFSL-DHM", district="Kangra"),
        row(PlaceKind.LABORATORY, "FSL-JNG", district="Shimla"),
    ),
    (
        ActsFor.model_validate({"kind": "court", "place": "HPMA01", "for": ["HPKN02"], "as": "link",
                                "from": "2026-11-01", "until": "2026-11-30", "order": "HPHC/2026/77"}),
        ActsFor.model_validate({"kind": "court", "place": "HPSH03", "for": ["HPKN02"], "as": "bond",
                                "from": "2026-11-01", "until": "2026-11-30", "order": "HPHC/2026/78"}),
        _acting("HPMA03", "HPKN02", "in-charge", until="2026-11-30"),
        _acting("HPMA04", "HPKN02", "duty", until="2026-11-30"),
        _acting("HPKNC1", "HPKN02", "complex"),
        _acting("HPNR01", "HPKN07", "successor"),
        _acting("HPSP01", "HPKN02", "special", acts=["NDPS"]),
    ),
)  # fmt: skip
"""HP and PB have rows, as have their High Courts and the Supreme Court."""


def court(code: str) -> Speaker:
    return Speaker(kind=PlaceKind.COURT, code=code, state=code[:2])


def station(code: str) -> Speaker:
    return Speaker(kind=PlaceKind.STATION, code=code, state="PB" if code.startswith("3") else "HP")


def a_jail(code: str) -> Speaker:
    return Speaker(kind=PlaceKind.JAIL, code=code, state=code[:2])


def named(number: int | None = 112, cnr: str | None = None) -> CaseReference:
    """A case by its FIR at Palampur, by a CNR, or by both."""
    firs = (fir_reference(number),) if number is not None else ()
    return CaseReference(firs=firs, cnr=Cnr(cnr) if cnr is not None else None)


SUNIL = {"serial": "A2", "name": "Sunil"}


def arrest(message_id: str = "A-1", by: str = "3011001", case: CaseReference | None = None, **who: Any) -> Content:
    told = {"station": {"code": by, "state": station(by).state}, "accused": who or SUNIL}
    told["arrest"] = {"kind": "ARREST", "at": f"{DAY}T02:00:00Z"}
    return said(message_id, "icjs.accused.arrested.v1", case or named(), accused=told)


def admission(message_id: str = "M-1", jail: str = "PBCJ01", case: CaseReference | None = None, **more: Any) -> Content:
    """An entry of a jail's register; `kind` and `accused` may be others than an admission of Sunil."""
    entry = {"kind": "ADMISSION", "at": f"{DAY}T06:00:00Z", "accused": {**SUNIL, "pid": f"{jail}-77"}}
    verb = {"RELEASE": "released", "ADMISSION": "admitted"}.get(str(more.get("kind", "ADMISSION")), "moved")
    told = {**entry, "prison": {"code": jail, "state": jail[:2]}, **more}
    return said(message_id, f"icjs.inmate.{verb}.v1", case or named(), inmate=told)


def registered(number: int, by: str, message_id: str | None = None, **told: Any) -> Content:
    """A FIR of any station, with Sunil among its accused."""
    state = station(by).state
    case = CaseReference(firs=(fir_reference(number, by, state, int(told.get("year", 2026))),))
    fir = {
        "number": str(number),
        "year": 2026,
        "kind": "REGULAR",
        "police_station": {"code": by, "state": state},
        "registered_at": "2026-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        "accused": [SUNIL],
        **told,
    }
    return said(message_id or f"F-{by}-{number}", "icjs.fir.registered.v1", case, fir=fir)


def of_station(event: str, message_id: str, case: CaseReference | None = None, **members: Any) -> Content:
    """What a station tells of a case beside arrests and its FIR: `final-report.filed`, `charges.altered`."""
    return said(message_id, f"icjs.{event}.v1", case or named(), **members)


def filed(court_code: str, message_id: str = "S-0", case: CaseReference | None = None) -> Content:
    """The final report, filed before this court."""
    report = {"number": message_id, "kind": "CHARGE_SHEET", "court": court_code, "filed_at": f"{DAY}T06:00:00Z"}
    return of_station("final-report.filed", message_id, case, final_report=report)


def heard(by: str, message_id: str = "H-9", case: CaseReference | None = None, **told: Any) -> Content:
    """What came of a hearing."""
    hearing = {"hearing_id": message_id, "listed_on": DAY, "held": True, "accused": [SUNIL], **told}
    return said(message_id, "icjs.hearing.recorded.v1", case or named(), court={"establishment": by}, hearing=hearing)


def proceeding(by: str, kind: str, to: str | None = None, case: CaseReference | None = None) -> Content:
    """A court changes the proceeding: a stay, a committal or a transfer to a CNR."""
    change = {"kind": kind, "on": DAY, "to": [{"cnr": to}] if to is not None else None}
    name = f"{kind}-{by}"
    court_of = {"establishment": by}
    return said(name, "icjs.proceeding.changed.v1", case or named(), court=court_of, proceeding=change)


def ordered(
    noun: str, by: str, message_id: str | None = None, case: CaseReference | None = None, **told: Any
) -> Content:
    """An order of a court about Sunil: `noun` is bail, remand, custody, production, release or warrant."""
    about: dict[str, Any] = {"accused": SUNIL, "ordered_on": DAY} | _TERMS.get(noun, {}) | told
    verb = "issued" if noun == "warrant" else "ordered"
    identity = message_id or f"{noun}-{by}"
    return said(
        identity,
        f"icjs.{noun}.{verb}.v1",
        case or named(),
        court={"establishment": by},
        **{noun: about},
    )


def taken_on(by: str, case: CaseReference, message_id: str = "CR-1", **told: Any) -> Content:
    """A court takes a case on file under a CNR of its own."""
    told = {"registered_on": DAY, "filing_number": f"{by}/1", **told}
    return said(message_id, "icjs.court-case.registered.v1", case, court={"establishment": by}, court_case=told)


_TERMS: dict[str, dict[str, Any]] = {
    "bail": {"authority": "ORDER", "decision": "GRANTED", "kind": "REGULAR"},
    "remand": {"custody": "JUDICIAL", "until": "2026-12-03"},
    "custody": {"type": "CUSTODY_WARRANT", "custody": "JUDICIAL", "until": "2026-12-03"},
    "warrant": {"type": "NON_BAILABLE_WARRANT"},
    "production": {"type": "PRODUCTION_WARRANT", "produce_on": "2026-11-25"},
    "release": {"type": "RELEASE_ORDER"},
}
