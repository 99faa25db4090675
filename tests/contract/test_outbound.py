"""Outbound contracts: whatever a recipient may be told, its contract says, and says nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
import zeep
from lxml import etree

from icjs_gateway.cli.contracts import parse
from icjs_gateway.model.event_types import ALERTED, EVENT_TYPES
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.answer_words import load_answer_words
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.outbound import CompiledOutbound, compile_outbound, read_words
from icjs_gateway.registry.outbound_samples import read_admitted
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Deliver
from icjs_gateway.routing.places import Places
from icjs_gateway.routing.serving import shows_no_mark
from tests.fakes import packaged
from tests.support.disclosing import disclosure, policy, recipient, told
from tests.support.notices import LABELLED, UNLABELLED, notices_of, said, told_as

ADVICES = {"verify identity; ask the issuing court", "authorises no detention: go by your warrant register"}
CONTRACTS = list(packaged().all_outbound())
by_id = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.id)


@by_id
@pytest.mark.parametrize("labels", [UNLABELLED, LABELLED, None], ids=["plain", "labelled", "unlinked"])
def test_what_is_written_says_the_notice_again(contract: CompiledOutbound, labels: frozenset[str] | None) -> None:
    count = 0
    for name, notice in notices_of(contract, labels):
        count += 1
        assert said(read_admitted(contract, contract.write(notice), parse)) == said(notice), name
    assert count > 20


@by_id
def test_an_order_without_a_case_is_written_with_its_mark(contract: CompiledOutbound) -> None:
    carries_orders = any(EVENT_TYPES[name].liberty for name in contract.events)
    orders = [each for _, each in notices_of(contract, None) if EVENT_TYPES[each["event_type"]].liberty]
    marks = [read_admitted(contract, contract.write(each), parse)["authority"] for each in orders]
    assert marks == [each["authority"] for each in orders]
    assert bool(marks) is carries_orders
    assert {mark["advice"] for mark in marks} == (ADVICES if carries_orders else set())


def test_a_version_without_the_mark_still_tells_the_order(tmp_path: Path) -> None:
    """Its recipients get the order as it is, and the watch alarms them and the operator."""
    [today] = [each for each in CONTRACTS if each.id == "prisons.order.v1"]
    folder = tmp_path / "order"
    shutil.copytree(today.declaration.folder, folder)
    declared = folder / "contract.yaml"
    declared.write_text(declared.read_text(encoding="utf-8") + "without: [authority]\n", encoding="utf-8")
    older = compile_outbound(
        folder, policy(), read_words(packaged_contracts()), load_answer_words(packaged_contracts())
    )
    orders = [each for _, each in notices_of(today, None) if "authority" in each]
    for order in orders:
        assert "authority" not in older.read(etree.fromstring(older.write(order)))
    assert orders
    served = CompiledContracts([], gateway_schema=folder, outbound=[older])
    assert shows_no_mark(Deliver(channel="soap", url="http://x/", username="u", contract=older.id), served)
    assert not shows_no_mark(Deliver(channel="soap", url="http://x/", username="u", contract=today.id), packaged())
    assert not shows_no_mark(Deliver(channel="pull"), served)


@pytest.mark.parametrize("contract", [each for each in CONTRACTS if ALERTED in each.events], ids=lambda each: each.id)
def test_whoever_is_to_verify_an_order_is_told_so_without_a_case(contract: CompiledOutbound) -> None:
    alert = {"code": "VERIFY_OVERDUE", "event_id": "E0", "jail": "HPDJ04", "place": "duty-officer", "about": "bail"}
    event = told(ALERTED, {"case": {"firs": []}, "alert": alert}, None, Places(names_a_jail=True, jail="HPDJ04"))
    for who in sorted(contract.recipients):
        to = recipient(who)
        assert disclosure().rule_against(event, to) is None, "nothing of a case, and so nothing to withhold"
        written = read_admitted(contract, contract.write(told_as(event, disclosure().shown(event, to))), parse)
        assert said(written["alert"]) == alert
        assert "authority" not in written, "an alert is no order"


@by_id
def test_another_validator_accepts_all_that_is_written(contract: CompiledOutbound) -> None:
    second_opinion = validator(contract)
    for labels in (UNLABELLED, LABELLED):
        for name, notice in notices_of(contract, labels):
            complaints = list(second_opinion(contract.write(notice)))
            assert not complaints, (name, complaints)


def validator(contract: CompiledOutbound) -> Any:
    """By a library that the gateway does not admit documents with."""
    file = contract.declaration.schema_file
    if contract.wire is Wire.JSON:
        schema = json.loads(file.read_text(encoding="utf-8"))
        checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        return lambda body: checker.iter_errors(json.loads(body))
    xsd = xmlschema.XMLSchema(str(file), allow="local")
    return lambda body: xsd.iter_errors(body.decode())


@by_id
def test_there_is_no_place_for_what_no_recipient_may_see(contract: CompiledOutbound) -> None:
    """A laboratory's contract has no word for a victim's name; that is not left to the redaction alone."""
    shown = {
        leaf
        for who in contract.recipients
        for noun, listed in policy().sights[who].nouns.items()
        if noun in policy().leaves
        for leaf, kind in policy().leaves[noun].items()
        if listed is None or kind in listed or who in policy().named_jail.classes
    }
    always = {leaf for noun in policy().always for leaf in policy().leaves[noun]}
    known = {leaf for noun in {kind.noun for kind in EVENT_TYPES.values()} for leaf in policy().leaves[noun]}
    assert set(leaves(contract)) & known <= shown | always


def leaves(contract: CompiledOutbound) -> Iterator[str]:
    def below(group: Any, above: str) -> Iterator[str]:
        for row in group.rows:
            if row.group is None:
                yield f"{above}{row.to}"
            else:
                yield from below(row.group, f"{above}{row.to}.")

    return below(contract.form.table.group, "")


@by_id
def test_what_a_contract_has_no_place_for_is_never_dropped_in_silence(contract: CompiledOutbound) -> None:
    _, notice = next(iter(notices_of(contract, UNLABELLED)))
    with pytest.raises(ValueError, match=r"has no place for case\.blood_group"):
        contract.write({**notice, "case": {**notice["case"], "blood_group": "O"}})


def test_a_laboratory_has_no_word_for_who_suffered() -> None:
    contract = packaged().outbound("forensics.request.v1")
    text = contract.declaration.schema_file.read_text(encoding="utf-8")
    assert "victim" not in text.casefold()
    assert "complainant" not in text.casefold()


@pytest.mark.parametrize("contract_id", ["courts.notice.v1", "prisons.order.v1"])
def test_zeep_reads_every_call_back_from_the_published_wsdl(contract_id: str) -> None:
    contract = packaged().outbound(contract_id)
    client = zeep.Client(str(contract.declaration.folder / "service.wsdl"), settings=zeep.Settings(strict=True))
    [operation] = next(iter(client.wsdl.services.values())).ports.popitem()[1].binding.all().values()
    assert operation.name == contract.declaration.operation
    assert operation.soapaction == contract.soap_action
    element = client.get_element(f"{{{contract.namespace}}}{contract.declaration.root}")
    for name, notice in notices_of(contract, UNLABELLED):
        root = etree.fromstring(contract.write(notice))
        read = element.parse(root, client.wsdl.types)
        again = etree.Element("again")
        element.render(again, read)
        assert c14n(again[0]) == c14n(root), name


def c14n(element: Any) -> bytes:
    """By names and values: zeep writes prefixes, and instants with an offset of its own kind."""
    return b"\n".join(
        f"{etree.QName(each).localname}={_value(each.text)}".encode() for each in element.iter(tag=etree.Element)
    )


def _value(text: str | None) -> str:
    text = (text or "").strip()
    try:
        return str(datetime.fromisoformat(text)) if len(text) > 10 and text[10] == "T" else text
    except ValueError:
        return text
