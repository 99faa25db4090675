"""The operator's commands on claims, on a real store: a mistake is found and undone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sqlalchemy import text

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.stores.engine import open_engine
from tests.integration.test_commands import home, recorded, run
from tests.support.messages import cnr, fir, outcome

__all__ = ["home"]
WHO = ("--by", "Registrar", "--reason", "the FIR number was mistyped")
MISTAKE = (fir(), outcome(), outcome("H-9", message_id="M9", serial=77))


def listed(*options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("claims", "list", "--json", *options).output.splitlines()]


def test_a_mistake_is_found_tried_and_undone(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, *MISTAKE))
    claims = listed()
    assert [each["subject"] for each in claims] == [
        "fir:HP/2011007/112/2026",
        f"cnr:{cnr(341)}",
        f"cnr:{cnr(77)}",
    ]
    wrong, case_id = str(claims[-1]["number"]), str(claims[-1]["case"])
    assert f"{wrong}  STANDS  identifier cnr:{cnr(77)} -> {case_id}  by court/HP/HPKN02" in run("claims", "list").output
    planned = run("claims", "withdraw", wrong, *WHO, "--dry-run")
    assert "left: hp-courts/courts.hearing-outcome.v1/M9, waits\n" in planned.output
    assert planned.output.endswith("(dry run: nothing was changed)\n")
    assert listed("--state", "WITHDRAWN") == []
    report = json.loads(run("claims", "withdraw", wrong, *WHO, "--json").output)
    assert report["left"] == [{"message": "hp-courts/courts.hearing-outcome.v1/M9", "case": None}]
    assert (report["released"], report["sent"], report["read"]) == ([f"cnr:{cnr(77)}"], [], [])
    [withdrawn] = listed("--state", "WITHDRAWN", "--case", case_id)
    assert (withdrawn["settled_by"], withdrawn["reason"]) == ("Registrar", "the FIR number was mistyped")
    assert "waits for cnr:" in run("exceptions", "list").output


def test_a_withdrawal_is_undone_by_confirming(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, *MISTAKE))
    wrong = str(listed()[-1]["number"])
    run("claims", "withdraw", wrong, *WHO)
    assert isinstance(run("claims", "withdraw", wrong, *WHO).exception, Conflict)
    assert "CONFIRMED" in run("claims", "confirm", wrong, *WHO).output
    assert run("exceptions", "list").output == ""


def test_a_message_is_taken_out_of_its_case_by_its_identity(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, *MISTAKE[:2]))
    second = "hp-courts/courts.hearing-outcome.v1/H-1-NEW"
    report = json.loads(run("claims", "withdraw", second, *WHO, "--json").output)
    assert (report["claim"]["kind"], report["left"]) == ("link", [{"message": second, "case": None}])
    assert "CLAIM-WITHDRAWN" in run("exceptions", "list").output
    assert isinstance(run("claims", "withdraw", second, *WHO).exception, NotFound)


def test_the_word_that_gave_a_label_is_found_and_withdrawn(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, fir(labels=("CHILD_VICTIM",))))
    [word] = [each for each in listed() if each["kind"] == "label"]
    assert (word["subject"], word["speaker"]) == ("label:CHILD_VICTIM/told", "station/HP/2011007")
    report = json.loads(run("claims", "withdraw", str(word["number"]), *WHO, "--json").output)
    assert (report["cases"], report["left"], report["stands_by"]) == ([word["case"]], [], [])
    assert "CHILD_VICTIM" not in run("labels", "list").output


def test_nobody_decides_about_a_claim_without_a_name(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    assert run("claims", "withdraw", "1").exit_code == 2
    assert run("claims", "confirm", "1").exit_code == 2
    assert isinstance(run("claims", "confirm", "1", *WHO).exception, NotFound)


def test_what_was_held_before_claims_were_kept_is_judged_by_the_places_of_today(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, fir(), outcome(), outcome("H-9", message_id="M9", serial=77, firs=(112, 113))))
    engine = open_engine(f"sqlite:///{home}/var/icjs/gateway.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE claims SET state = 'LEGACY', identity = NULL, speaker = NULL, made_at = NULL"))
    (home / "hp.yaml").write_text(PLACES, encoding="utf-8")
    assert run("places", "apply", "hp.yaml").exit_code == 0
    judged = {str(each["subject"]): (each["would"], each.get("basis_now")) for each in listed("--legacy")}
    assert judged == {
        # What names two FIRs claims neither key.
        "fir:HP/2011007/112/2026": ("stand", "OWN_FIR"),
        f"cnr:{cnr(341)}": ("stand", "OWN_CNR"),
        f"cnr:{cnr(77)}": ("stand", "OWN_CNR"),
    }
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE claims SET subject = 'cnr:PBLD010000772026' WHERE subject = :cnr"), {"cnr": f"cnr:{cnr(77)}"}
        )
    assert "nobody known" in run("claims", "list", "--legacy").output
    assert run("claims", "list", "--legacy").output.count("would fall") == 1
    engine.dispose()


PLACES = """
states: [HP]
places:
  - {kind: court, code: HPKN02, state: HP, name: Magistrate, court_kind: magistrate, district: Kangra}
"""
