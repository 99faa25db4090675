"""What courts' systems write of a case beside its hearings: nested dictionaries in zeep's form.

The court that writes is that of the case's station; `CasePapers.before` makes it another one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from icjs_gateway.simulators.firs import Accused
from icjs_gateway.simulators.papers import (
    CasePapers,
    Prisoner,
    at_hour,
    order,
    place,
    xml_head,
)


def cognizance(case: CasePapers, on: date) -> dict[str, Any]:
    return xml_head(f"{case.cnr}-COG", at_hour(on, 12)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Kind": "COGNIZANCE",
        "On": on.isoformat(),
    }


def registered(
    case: CasePapers, on: date, next_on: date, *, role: str = "TRIAL", came_from: str | None = None
) -> dict[str, Any]:
    """`role` is what the court has the case for, `came_from` the CNR under which another court had it."""
    return xml_head(f"{case.cnr}-REG", at_hour(on, 11)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Role": role,
        **({"FromCNR": came_from} if came_from is not None else {}),
        "FilingNumber": f"F-{case.registration_number}",
        "RegisteredOn": on.isoformat(),
        **({"ReportNumber": f"CS-{case.name}"} if role == "TRIAL" else {}),
        "TakenOn": on.isoformat(),
        "NextOn": next_on.isoformat(),
    }


def custody_order(case: CasePapers, who: Prisoner, what: str, on: date, **terms: Any) -> dict[str, Any]:
    """`what` is the element: Custody, Production or Release. Nothing has a CNR before the charge sheet is consumed."""
    name = f"{case.cnr}-{what[:3].upper()}-{who.accused.serial}-{on:%Y%m%d}"
    kind = {"Type": terms.pop("Type")} if "Type" in terms else {}
    return xml_head(name, at_hour(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(with_cnr=terms.pop("with_cnr", True)),
        what: {
            "Person": who.xml_person(),
            **kind,
            "CustodyStatusInThisCase": "IN_CUSTODY",
            "ProcessId": name,
            "OrderedOn": on.isoformat(),
            "Jail": place(case.jail_of(who)),
            **terms,
            "Order": order(name, case, at_hour(on, 16)),
        },
    }


def warrant(case: CasePapers, who: Prisoner, on: date) -> dict[str, Any]:
    """A warrant of arrest against somebody at large, who has no number of a jail."""
    name = f"{case.cnr}-W-{who.accused.serial}-{on:%Y%m%d}"
    person = {member: value for member, value in who.xml_person().items() if member != "PID"}
    return xml_head(name, at_hour(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Warrant": {
            "Person": person,
            "Type": "NON_BAILABLE_WARRANT",
            "ProcessId": name,
            "OrderedOn": on.isoformat(),
            "Order": order(name, case, at_hour(on, 16)),
        },
    }


def bail_order(
    case: CasePapers, who: Prisoner, on: date, *, kind: str = "REGULAR", with_cnr: bool = True, names_jail: bool = True
) -> dict[str, Any]:
    """Who is granted anticipatory or transit bail is at large, and has no number of a jail."""
    name = f"{case.cnr}-B-{who.accused.serial}-{on:%Y%m%d}"
    act, section = case.offence.sections[0]
    is_at_large = kind in ("ANTICIPATORY", "TRANSIT")
    person = who.xml_person()
    if is_at_large:
        del person["PID"]
    return xml_head(name, at_hour(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(with_cnr=with_cnr),
        "Person": person | {"CustodyStatusInThisCase": "NOT_ARRESTED" if is_at_large else "IN_CUSTODY"},
        **({"Jail": place(case.jail_of(who))} if names_jail and not is_at_large else {}),
        "Decision": "GRANTED",
        "Kind": kind,
        "OrderedOn": on.isoformat(),
        "Section": [{"_value_1": section, "act": act}],
        "Sureties": "1",
        "Order": order(name, case, at_hour(on, 16)),
    }


def disposal(case: CasePapers, results: list[tuple[Accused, str]], on: date) -> dict[str, Any]:
    accused = []
    for one, result in results:
        said: dict[str, Any] = {"Serial": one.serial} | ({"Name": one.who.name} if one.who is not None else {})
        said["Result"] = result
        if result == "CONVICTED":
            said["Sentence"] = [{"Kind": "RIGOROUS", "Years": "1", "Months": "6"}]
        accused.append(said)
    return xml_head(f"{case.cnr}-J", at_hour(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Judgment": {
            "DecidedOn": on.isoformat(),
            "Accused": accused,
            "Order": order(f"{case.cnr}-J", case, at_hour(on, 16)),
        },
    }


def proceeding(
    case: CasePapers, kind: str, on: date, to: CasePapers, *, accused: tuple[Accused, ...] = ()
) -> dict[str, Any]:
    """The case goes on, in whole or for these accused, under the CNR of `to`; CLUBBING tries it with that case."""
    said = [{"Serial": one.serial} | ({"Name": one.who.name} if one.who is not None else {}) for one in accused]
    name = f"{case.cnr}-{kind[:3]}"
    return xml_head(name, at_hour(on, 15)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Kind": kind,
        "On": on.isoformat(),
        "To": [{"CNR": to.cnr, "Establishment": to.station.court.establishment}],
        **({"Accused": said} if said else {}),
        "Order": order(name, case, at_hour(on, 14)),
    }
