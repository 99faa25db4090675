"""A wrong contract folder stops the start with file, line and reason; a sound one is added without Python."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.model.errors import Misconfigured, NotFound
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.registry.loading import compile_all, lists_of
from icjs_gateway.routing.contracts import Wire
from tests.contracts import FORMATS

FIR = packaged_contracts() / "police" / "fir" / "v1"
HEARING = packaged_contracts() / "courts" / "hearing-outcome" / "v1"


def copy(tmp_path: Path, source: Path, **edits: Callable[[str], str]) -> Path:
    """A contract of another id, with files edited; `mapping__yaml` is mapping.yaml."""
    folder = tmp_path / "contracts" / "copy"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("samples"))
    declaration = folder / "contract.yaml"
    text = declaration.read_text().replace("police.fir.v1", "police.fir-mh.v1")
    declaration.write_text(text.replace("courts.hearing-outcome.v1", "courts.outcome-mh.v1"))
    for name, edit in edits.items():
        file = folder / name.replace("__", ".")
        before = file.read_text()
        assert edit(before) != before, "the edit must change something"
        file.write_text(edit(before))
    return folder


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def compiled(folder: Path) -> CompiledContract:
    """The contract of a folder by itself, as it is checked."""
    [contract] = compile_all([folder], lists_of([packaged_contracts()]))
    return contract


def line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_a_folder_dropped_in_is_an_exchange(tmp_path: Path) -> None:
    def wire_names_in_another_language(text: str) -> str:
        return text.replace("wire: registeredAt", "wire: nondani").replace('"registeredAt"', '"nondani"')

    folder = copy(
        tmp_path,
        FIR,
        mapping__yaml=wire_names_in_another_language,
        schema__json=wire_names_in_another_language,
    )
    contract = load_contracts(folder.parent).get("police.fir-mh.v1")
    assert coverage_of(contract).faults == ()
    document = parse_json(
        b'{"messageId":"M-1","action":"NEW","fir":{"number":"7","year":2026,"kind":"ZERO","nondani":"2026-01-02T03:04:05Z",'
        b'"policeStation":{"code":"27","state":"MH"},"actsSections":[{"act":"BNS","section":"1"}]}}'
    )
    contract.admit(document)
    content = contract.decode(document)
    assert content.thread == "MH/27/7/2026"
    assert load_contracts().get("police.fir.v1").encode(content, Wire.JSON).count(b"registeredAt") == 1


@pytest.mark.parametrize(
    ("source", "file", "edit", "marker", "reason"),
    [
        (FIR, "mapping.yaml", swap("codec: year", "codec: jahr"), "codec: jahr", "no codec jahr"),
        (FIR, "contract.yaml", swap("    station:", "    post:"), "message_id: message_id", "no speaking place"),
        (FIR, "mapping.yaml", swap("to: kind,", "to: year,"), "wire: kind", "stands here twice"),
        (FIR, "mapping.yaml", swap("shape: relative", "shape: uncle"), "shape: uncle", "no shape uncle"),
        (FIR, "mapping.yaml", swap("check: identified", "check: psychic"), "check: psychic", "no check psychic"),
        (FIR, "mapping.yaml", swap("later: registered_at", "later: never"), "later: never", "no member never"),
        (FIR, "mapping.yaml", swap("noun: fir, verb", "noun: fur, verb"), "noun: fur", "no event type"),
        (
            FIR,
            "mapping.yaml",
            swap("wire: sex, to: sex, codec: token", "wire: sex, to: sex"),
            "wire: sex",
            "exactly one",
        ),
        (FIR, "mapping.yaml", swap("wire: sex, to", "wier: sex, to"), "wier: sex", "wier is not known here"),
        (HEARING, "mapping.yaml", swap('{wire: ".", to: text', '{wire: ".", to: a.text'), "to: a.text", "own text"),
        (
            FIR,
            "mapping.yaml",
            swap("codes: [NEW, AMEND, WITHDRAW]", "codes: {N: NEW, A: NEW}"),
            "codes: {N",
            "mean the same",
        ),
        (
            FIR,
            "mapping.yaml",
            swap("codec: code, codes: [NEW, AMEND, WITHDRAW]", "codec: boolean, codes: {Y: true, N: no}"),
            "codec: boolean",
            "{Y: true, N: false}",
        ),
        (FIR, "mapping.yaml", swap("codec: year", "codec: year, form: YYYY"), "form: YYYY", "goes with codec: date"),
        (FIR, "mapping.yaml", swap("codec: timestamp", "codec: timestamp, form: DD/MM/YYYY"), "form: DD", "hour"),
        (FIR, "mapping.yaml", swap("codec: year", "codec: year, type: float"), "type: float", "number or string"),
        (FIR, "mapping.yaml", swap("codes: [NEW,", "type: number, codes: [NEW,"), "type: number", "codes are numbers"),
        (
            FIR,
            "mapping.yaml",
            swap("codec: year", "codec: boolean, type: number"),
            "type: number",
            "{1: true, 0: false}",
        ),
        (FIR, "mapping.yaml", swap("codes: [NEW,", 'type: number, codes: ["01",'), "type: number", "codes are numbers"),
        (
            FIR,
            "mapping.yaml",
            swap("codec: code, codes: [NEW, AMEND, WITHDRAW]", "codec: boolean, codes: {Y: 1, N: 0}"),
            "codec: boolean",
            "{Y: true, N: false}",
        ),
        (
            FIR,
            "mapping.yaml",
            swap("rows:\n  - {wire: messageId", "reshape: {resolve: []}\nrows:\n  - {wire: messageId"),
            "reshape: {",
            "JSON has `join` only",
        ),
        (FIR, "contract.yaml", swap("pillar: police", "pillar: navy"), "pillar: navy", "no pillar navy"),
        (FIR, "contract.yaml", swap("wires: [json]", "wires: [fax]"), "wires: [fax]", "no wire fax"),
        (FIR, "contract.yaml", swap("{fir.number}", "{Fir number}"), "{Fir number}", "brace"),
        (FIR, "contract.yaml", swap("keys:", "keys: ["), "", "not YAML"),
        (
            HEARING,
            "mapping.yaml",
            swap("list: purposes", "list: porpoises"),
            "list: porpoises",
            "no code list porpoises",
        ),
        (HEARING, "mapping.yaml", swap("as: [{noun: bail, verb: ordered}]", "as: []"), "as: []", "`as` ends with"),
        (HEARING, "contract.yaml", swap("operation:", "operatic:"), "operatic:", "operatic is not known here"),
        (HEARING, "schema.xsd", swap('type="Court"', 'type="Tennis"'), "", "Tennis"),
    ],
)
def test_a_wrong_folder_is_refused(
    tmp_path: Path, source: Path, file: str, edit: Callable[[str], str], marker: str, reason: str
) -> None:
    folder = copy(tmp_path, source, **{file.replace(".", "__"): edit})
    with pytest.raises(Misconfigured) as refusal:
        load_contracts(folder.parent)
    assert reason in refusal.value.detail
    assert refusal.value.detail.startswith(f"{folder / file}:")
    if marker:
        assert f":{line_of(folder / file, marker)}: " in refusal.value.detail


def test_an_id_or_a_root_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="has the same root element"):
        load_contracts(copy(tmp_path, HEARING).parent)
    again = tmp_path / "again"
    shutil.copytree(FIR, again / "fir")
    with pytest.raises(Misconfigured, match=r"police\.fir\.v1 is declared in"):
        load_contracts(again)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no such folder"):
        load_contracts(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "edit", "fault"),
    [
        ("mapping.yaml", swap("- {wire: Plea, ", "- {wire: Pleading, "), "Hearing/Accused/Plea: the schema has it"),
        ("mapping.yaml", swap("- {wire: Plea, ", "- {wire: Pleading, "), "Hearing/Accused/Pleading: the table has it"),
        ("mapping.yaml", swap("codes: [JUDICIAL, POLICE]", "codes: [JUDICIAL]"), "differ in their codes: POLICE"),
        (
            "contract.yaml",
            swap("{court.establishment:2}", "{court.place:2}"),
            "court.place: no row of mapping.yaml makes",
        ),
        ("contract.yaml", swap("{hearing.hearing_id}", "{hearing.case_id}"), "hearing.case_id: no row of mapping.yaml"),
        ("schema.xsd", swap('type="Witness" minOccurs="0" maxOccurs="500"', 'type="Witness" minOccurs="0"'), "repeat"),
        (
            "schema.xsd",
            swap('name="ListedOn" type="Date"', 'name="ListedOn" type="Date" minOccurs="0"'),
            "must be there",
        ),
        ("mapping.yaml", swap("{wire: PID, to: pid, codec: token}", "{wire: PID, to: pid, codec: text}"), "refuses"),
        ("mapping.yaml", swap("{wire: PID, to: pid,", "{wire: PID, to: pin,"), "no such member of hearing events"),
        ("mapping.yaml", swap("  case: case", "  case: caze"), "caze: `events` names it"),
        ("mapping.yaml", swap("shared: [court]", "shared: [place]"), "place: `events` names it"),
        ("mapping.yaml", swap("relative, pid, ptn]", "relative, pid, pin]"), "hearing.accused.pin: `events` names it"),
        ("mapping.yaml", swap("- member: remand", "- member: custody"), "hearing.accused.custody: `events` names it"),
        ("mapping.yaml", swap("ordered_on: listed_on", "ordered_on: heard_on"), "hearing.heard_on: `events` names it"),
    ],
)
def test_coverage_finds_where_schema_and_table_part(
    tmp_path: Path, file: str, edit: Callable[[str], str], fault: str
) -> None:
    def rename(text: str) -> str:
        return text.replace("urn:icjs:courts:hearing-outcome:1", "urn:icjs:courts:outcome-mh:1")

    edits = dict.fromkeys(("contract.yaml", "schema.xsd"), rename)
    folder = copy(
        tmp_path,
        HEARING,
        **{
            name.replace(".", "__"): (
                lambda text, name=name: edit(edits.get(name, str)(text)) if name == file else edits[name](text)
            )
            for name in {*edits, file}
        },
    )
    assert any(fault in found for found in coverage_of(compiled(folder)).faults)


def test_what_a_coded_row_keeps_is_a_member_too(tmp_path: Path) -> None:
    def rename(text: str) -> str:
        return text.replace("urn:icjs:courts:hearing-outcome:1", "urn:icjs:courts:outcome-mh:1")

    thread = swap('thread: "{hearing.hearing_id}"', 'thread: "{hearing.hearing_id}/{hearing.purpose.code}"')
    folder = copy(tmp_path, HEARING, contract__yaml=lambda text: thread(rename(text)), schema__xsd=rename)
    assert coverage_of(compiled(folder)).faults == ()


def test_an_unknown_id_names_near_ones() -> None:
    with pytest.raises(NotFound) as refusal:
        load_contracts().get("courts.hearing-outcomes.v1")
    assert "courts.hearing-outcome.v1" in str(refusal.value.findings[0].hint)


def test_what_an_open_schema_lets_in_is_a_fault_unless_its_place_is_left_out(tmp_path: Path) -> None:
    folder = copy(tmp_path, FIR, schema__json=swap('"additionalProperties": false,', ""))
    [fault] = coverage_of(compiled(folder)).faults
    assert fault.startswith(f"{folder / 'mapping.yaml'}:1: the document: members that the schema does not name may")


@pytest.mark.parametrize(
    ("file", "edit", "reason"),
    [
        ("schema__json", swap('"additionalProperties": false,', ""), ":1: the document: members that the schema does"),
        (
            "mapping__yaml",
            swap("      - {wire: delayReason, to: delay_reason, codec: text}\n", ""),
            "fir/delayReason: the schema has it, the table does not",
        ),
        ("mapping__yaml", swap('occurs: "+"', 'occurs: "1"'), "it may repeat by the schema, and the table reads one"),
    ],
    ids=["an open object", "no row", "one of several"],
)
def test_the_start_refuses_a_contract_of_ones_own_that_would_lose_content(
    tmp_path: Path, file: str, edit: Callable[[str], str], reason: str
) -> None:
    folder = copy(tmp_path, FIR, **{file: edit})
    with pytest.raises(Misconfigured) as refusal:
        load_contracts(folder.parent)
    assert refusal.value.detail.startswith(f"{folder / 'mapping.yaml'}:")
    assert reason in refusal.value.detail


def test_a_fault_that_loses_nothing_does_not_stop_the_start(tmp_path: Path) -> None:
    folder = copy(tmp_path, FIR, mapping__yaml=swap('to: year, codec: year, occurs: "1"', "to: year, codec: year"))
    assert len(coverage_of(compiled(folder)).faults) > 0
    assert load_contracts(folder.parent).get("police.fir-mh.v1").pillar == "police"


def test_elements_without_the_contracts_namespace_are_a_fault(tmp_path: Path) -> None:
    folder = copy(
        tmp_path,
        HEARING,
        contract__yaml=swap("namespace: urn:icjs:courts:hearing-outcome:1", "namespace: urn:icjs:courts:outcome-mh:1"),
        schema__xsd=lambda text: text.replace(
            "urn:icjs:courts:hearing-outcome:1", "urn:icjs:courts:outcome-mh:1"
        ).replace('elementFormDefault="qualified"', ""),
    )
    faults = coverage_of(compiled(folder)).faults
    line = line_of(folder / "mapping.yaml", "wire: MessageId")
    assert faults[0].startswith(f"{folder / 'mapping.yaml'}:{line}: MessageId: it has no namespace")
    assert all("no namespace" in fault for fault in faults)


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ({"mapping__yaml": swap("REG_DD, REG_MM", "REG_DD, REG_MN")}, "REG_MN is to be joined"),
        (
            {"schema__json": swap('"REG_DD": {', '"REG_DD": {"type": "array", "items": {}}, "x": {')},
            "REG_DD may repeat",
        ),
    ],
)
def test_fields_that_no_schema_has_and_fields_that_repeat_cannot_be_joined(
    tmp_path: Path, edits: dict[str, Callable[[str], str]], reason: str
) -> None:
    folder = copy(tmp_path, FORMATS / "police" / "state-fir" / "v1", **edits)
    with pytest.raises(Misconfigured, match=f"mapping.yaml: reshape: {reason}"):
        coverage_of(compiled(folder))


BAIL = packaged_contracts() / "courts" / "bail-order" / "v1"
DECISION = "codes: [GRANTED, REFUSED, CANCELLED, MODIFIED]"


@pytest.mark.parametrize(
    ("source", "edit", "marker", "reason"),
    [
        (BAIL, swap(DECISION, "codes: {GRANTED: null, REFUSED: REFUSED}"), "Decision", "GRANTED means nothing"),
        (BAIL, swap(DECISION, "codes: [GRANTED, ~]"), "Decision", "means nothing"),
        (
            BAIL,
            swap(DECISION, "codes: {GRANTED: GRANTD, REFUSED: REFUSED, CANCELLED: CANCELLED, MODIFIED: MODIFIED}"),
            "Decision",
            "bail.decision: GRANTD is none of CANCELLED, GRANTED, MODIFIED, REFUSED; did you mean GRANTED?",
        ),
        (
            BAIL,
            swap(f"codec: code, {DECISION}", "codec: token"),
            "Decision",
            "bail.decision is one of CANCELLED, GRANTED",
        ),
        (BAIL, swap(DECISION, "codes: [GRANTED, REFUSED, CANCELLED]"), "Decision", "the schema lets in MODIFIED"),
        (BAIL, swap("set: {authority: ORDER}", "set: {authority: ORDR}"), "main:", "bail.authority: ORDR is none of"),
        (BAIL, swap("set: {authority: ORDER}", "set: {authority: null}"), "main:", "authority is given nothing"),
        (
            BAIL,
            swap("codes: [NEW, AMEND, WITHDRAW]", "codes: {NEW: NEW, AMEND: AMND, WITHDRAW: WITHDRAW}"),
            "wire: Action",
            "action: AMND is none of AMEND, NEW, WITHDRAW; did you mean AMEND?",
        ),
        (
            HEARING,
            swap("codes: [WITHDRAW]", "codes: {WITHDRAW: WITHDRAWN}"),
            'wire: "@action"',
            "action: WITHDRAWN is none",
        ),
        (
            HEARING,
            swap("type: [NON_BAILABLE_WARRANT]", "type: [NON_BAILABLE]"),
            "when: {type: [NON_BAILABLE]}",
            "when: warrant.type: NON_BAILABLE is none of",
        ),
        (FIR, swap("wire: kind,", "wire: kind/of,"), "kind/of", "a row names one step"),
        (FIR, swap("to: sex, codec: token", "to: sex, codec: coded"), "wire: sex", "which JSON has not"),
        (FIR, swap("to: sex, codec: token", 'to: sex, occurs: "*", codec: token'), "wire: sex", "stands once"),
        (FIR, swap("to: sex, codec: token", "to: sex, codec: integer"), "wire: sex", "string may stand there"),
        (FIR, swap("codec: year", "codec: text"), "wire: year", "integer may stand there"),
        (
            HEARING,
            swap("{wire: Name, to: name, codec: text}", "{wire: Name, to: name, codec: coded}"),
            "",
            "no such member",
        ),
    ],
)
def test_the_start_refuses_codes_that_mean_nothing_and_rows_that_read_nothing(
    tmp_path: Path, source: Path, edit: Callable[[str], str], marker: str, reason: str
) -> None:
    folder = copy(tmp_path, source, mapping__yaml=edit)
    for file in (folder / "contract.yaml", *folder.glob("schema.xsd")):
        text = file.read_text().replace("courts.bail-order.v1", "courts.bail-mh.v1")
        file.write_text(text.replace("urn:icjs:courts:", "urn:icjs:courts-mh:"))
    with pytest.raises(Misconfigured) as refusal:
        load_contracts(folder.parent)
    told = [line for line in refusal.value.detail.splitlines() if reason in line]
    assert told, refusal.value.detail
    line = f"{line_of(folder / 'mapping.yaml', marker)}:" if marker else ""
    assert told[0].startswith(f"{folder / 'mapping.yaml'}:{line}")


def test_a_code_list_of_ones_own_means_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "contracts" / "codelists"
    folder.mkdir(parents=True)
    file = folder / "conditions.csv"
    head = "list,version,valid_from,raw,code,text\n"
    file.write_text(f"{head}conditions/MHAU01,1,2026-01-01,7,NO_CONTACT,\nmine,1,2026-01-01,7,ANYTHING,\n")
    load_contracts(folder.parent)
    file.write_text(f"{head}conditions/MHAU01,1,2026-01-01,7,NO_CONTCT,\n")
    with pytest.raises(Misconfigured, match=r"conditions\.csv:2: list conditions/MHAU01: NO_CONTCT.*mean NO_CONTACT\?"):
        load_contracts(folder.parent)
