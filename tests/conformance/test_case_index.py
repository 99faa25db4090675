"""What every store promises of finding cases by more than their unique identifiers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from icjs_gateway.model.content import Action, CaseReference, Content, Event
from icjs_gateway.model.event_types import payload_of
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.routing.inquiries.case_reading import folded
from icjs_gateway.routing.status.inmates import inmate_of
from icjs_gateway.routing.status.persons import Join, Search
from icjs_gateway.routing.status.question import Question
from icjs_gateway.stores import schema
from icjs_gateway.stores.cases import StoreCases
from icjs_gateway.stores.engine import reader_of
from tests.conformance.conftest import START, Store
from tests.support.messages import bail_order, cnr, fir, fir_reference, outcome

PID = "HP0044501"


@pytest.fixture
def cases(store: Store) -> StoreCases:
    return StoreCases(reader_of(store.engine), store.vault)


def told(message_id: str, event_type: str, number: int = 112, **members: Any) -> Content:
    case = CaseReference(firs=(fir_reference(number),))
    event = Event(
        type=event_type,
        occurred_at=START,
        data=payload_of(event_type).model_validate({"case": case} | members),
    )
    return Content(
        message_id=MessageId(message_id),
        action=Action.NEW,
        recorded_at=START,
        thread=message_id,
        case=case,
        events=(event,),
    )


def admitted(message_id: str, number: int = 112, **members: Any) -> Content:
    entry: dict[str, Any] = {
        "kind": "ADMISSION",
        "at": "2026-09-03T05:00:00Z",
        "entry_number": message_id,
        "prison": {"code": "HPDJ04", "name": "District Jail Dharamshala"},
        "accused": {"serial": "A2", "name": "Sunil", "pid": PID},
        "category": "UNDERTRIAL",
    }
    return told(message_id, "icjs.inmate.admitted.v1", number, inmate=entry | members)


async def asked(cases: StoreCases, **by: Any) -> Any:
    question = Question(**by)
    search = Search(question)
    gathered = await cases.gather(question.entries(), search.further)
    return [inmate_of(subject) for subject in search.subjects(gathered.files)]


async def indexed(store: Store) -> set[tuple[str, str]]:
    with store.engine.connect() as connection:
        columns = schema.case_index.c
        return {(row.kind, row.value) for row in connection.execute(select(columns.kind, columns.value))}


async def test_what_a_message_brings_leads_to_its_case(store: Store, cases: StoreCases) -> None:
    await store.take(fir(accused=("A2=Sunil",)))
    await store.take(bail_order(pid=PID))
    laboratory = {"code": "HPFSL1"}
    lab_case = {"number": "FSL/26/77", "laboratory": laboratory, "received_at": "2026-11-01T05:00:00Z"}
    await store.take(told("L-1", "icjs.lab-case.registered.v1", lab_case=lab_case))
    assert await indexed(store) == {("pid", PID), ("lab-case", "FSL/26/77"), ("lab-case", "HPFSL1/FSL/26/77")}
    for entry in (("pid", PID), ("lab-case", "FSL/26/77"), ("fir", str(fir_reference().key()))):
        assert len((await cases.gather({entry})).files) == 1
    assert (await cases.gather({("pid", "other")})).files == ()


async def test_a_message_that_brings_no_new_value_writes_nothing_to_the_index(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    await store.take(bail_order(pid=PID))
    written: list[str] = []

    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "case_index" in statement:
            written.append(statement)

    sqlalchemy_event.listen(store.engine, "before_cursor_execute", look)
    await store.take(bail_order("B-2", pid=PID, decision="MODIFIED"))
    await store.take(outcome())
    assert written == []
    await store.take(bail_order("B-3", pid="HP0099", serial="A1", name="Ramesh Kumar"))
    assert len(written) == 1


async def test_cases_of_one_person_are_one_inmate_by_the_prisoners_number(store: Store, cases: StoreCases) -> None:
    for number in (112, 113, 114):
        await store.take(fir(number, accused=("A2=Sunil",)))
    await store.take(bail_order("B-1", pid=PID))
    await store.take(bail_order("B-2", firs=(113,), pid=PID))
    [inmate] = await asked(cases, pid=PID)
    assert len(inmate.cases) == 2
    assert inmate.subject.joined_by is Join.NUMBER
    [by_name] = await asked(cases, fir=fir_reference(113).key(), name="Sunil")
    assert len(by_name.cases) == 2


async def test_what_a_jail_names_as_holding_its_inmate_is_found_from_either_side(
    store: Store, cases: StoreCases
) -> None:
    await store.take(fir(112, accused=("A2=Sunil",)))
    await store.take(fir(113, accused=("A1=Ramesh", "A7=Sunil Kumar")))
    hold = {"police_station_code": "2011007", "state": "HP", "year": 2026}
    holds = [hold | {"number": "112", "serial": "A2"}, hold | {"number": "113", "serial": "A7"}]
    await store.take(admitted("E-1", holds=[*holds, hold | {"number": "999"}]))
    [inmate] = await asked(cases, pid=PID)
    assert sorted(case.serial for case in inmate.cases) == ["A2", "A7"]
    assert inmate.subject.joined_by is Join.SERIAL
    assert [hold["fir"] for hold in inmate.unknown_holds] == ["HP/2011007/999/2026"]
    [other_way] = await asked(cases, fir=fir_reference(113).key(), name="Sunil Kumar")
    assert other_way.subject.number("pid") == PID


async def test_a_jail_that_names_no_serial_means_the_one_who_is_called_so(store: Store, cases: StoreCases) -> None:
    await store.take(fir(112, accused=("A2=Sunil",)))
    await store.take(fir(113, accused=("A1=Ramesh", "A7=Sunil")))
    await store.take(fir(114, accused=("A1=Sunil", "A2=Sunil")))
    hold = {"police_station_code": "2011007", "state": "HP", "year": 2026}
    await store.take(admitted("E-1", holds=[hold | {"number": number} for number in ("112", "113", "114")]))
    [inmate] = await asked(cases, pid=PID)
    # Of two who are called so, nobody is meant: that case holds by the jail's word, and is shown as nobody's.
    assert len(inmate.cases) == 2
    assert inmate.subject.joined_by is Join.NAME


async def test_the_gateway_reads_so_many_cases_for_one_question_and_says_when_there_are_more(store: Store) -> None:
    for number in range(1, 5):
        await store.take(fir(number, accused=("A2=Sunil",)))
        await store.take(bail_order(f"B-{number}", firs=(number,), pid=PID))
    few = StoreCases(reader_of(store.engine), store.vault, cases_max=3)
    gathered = await few.gather({("pid", PID)})
    assert (len(gathered.files), gathered.is_whole) == (3, False)


async def test_a_case_is_told_as_of_the_last_that_was_recorded_of_it(store: Store, cases: StoreCases) -> None:
    await store.take(fir(accused=("A2=Sunil",)))
    gathered = await cases.gather({("fir", str(fir_reference().key()))})
    with store.engine.connect() as connection:
        latest = connection.scalar(select(schema.events.c.recorded_at))
    assert gathered.as_of == latest
    await store.take(outcome(serial=341))
    assert (await cases.gather({("cnr", cnr())})).files[0].case.cnrs == (cnr(),)


async def test_what_was_recorded_of_a_case_is_read_page_by_page_and_folds_to_what_it_is(
    store: Store, cases: StoreCases
) -> None:
    said = [outcome(bail_for="A1"), fir(accused=("A1=Ramesh Kumar", "A2=Sunil")), bail_order(pid=PID)]
    for content in said:
        await store.take(content)
    [file] = (await cases.gather({("pid", PID)})).files
    first = await cases.history(file.case_id, after=0, limit=2)
    assert (len(first.entries), first.is_last) == (2, False)
    rest = await cases.history(file.case_id, after=first.entries[-1].number, limit=50)
    assert rest.is_last
    numbers = [entry.number for entry in (*first.entries, *rest.entries)]
    assert numbers == sorted(set(numbers))
    told = await cases.told_by(file.case_id, datetime.max.replace(tzinfo=UTC), most=100)
    # What each sender said itself: the record's form has the case as the record knew it.
    words = {content.events[0].type: content.events for content in said}
    again = folded(told, lambda message: words[message.events[0].type])
    apart = {"persons": {"__all__": {"lanes"}}}
    assert again.model_dump(exclude=apart) == file.case.model_dump(exclude=apart)
    assert await cases.told_by(file.case_id, datetime(2020, 1, 1, tzinfo=UTC), most=100) == []
