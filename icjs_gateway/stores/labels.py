"""The labels of cases, for the person who looks at them and may take one away.

Nobody gives a case a label here: senders and what events say do. Taking one away is audited with name and reason, and
told to whoever holds data of the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, insert, select, update

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.labels import Labelling, names_text
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.claim_rows import settle_label
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.ledger_rows import write_labelled

_case, _event = schema.cases.c, schema.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A case and its labels."""

    case_id: str
    labels: Labelling


def labelled(engine: Engine, case_id: str | None = None, *, limit: int = 1000) -> list[Labelled]:
    """The cases that have labels or had some taken away, in order of id; or this one. Raises NotFound."""
    wanted = select(_case.case_id, _case.labelling).order_by(_case.case_id).limit(limit)
    wanted = wanted.where(_case.labelling != "") if case_id is None else wanted.where(_case.case_id == case_id)
    with engine.connect() as connection:
        rows = connection.execute(wanted).all()
    if case_id is not None and not rows:
        raise NotFound(f"There is no case {case_id}.")
    return [Labelled(case_id=row.case_id, labels=Labelling.read(row.labelling)) for row in rows]


def remove(engine: Engine, case_id: str, label: str, act: Act, bench: Bench) -> None:
    """Take a label from a case. Raises NotFound where there is no such case, or it has no such label."""
    with engine.begin() as connection:
        file = ledger_facts.files(connection, {case_id}).get(case_id)
        if file is None:
            raise NotFound(f"There is no case {case_id}.")
        if label not in file.labels.names:
            raise NotFound(f"Case {case_id} has no label {label}; it has {names_text(file.labels.names) or 'none'}.")
        now = replace(file, labels=file.labels.without(label))
        connection.execute(
            update(schema.cases)
            .where(_case.case_id == case_id)
            .values(labels=names_text(now.labels.marked), labelling=now.labels.written())
        )
        settle_label(connection, case_id, label, act.at, by=act.by, reason=act.reason)
        stood_on = sorted(file.labels.on[label])
        facts = {"case_id": case_id, "label": label, "stood_on": stood_on, "by": act.by, "reason": act.reason}
        connection.execute(insert(schema.audit_leaves), [leaf_row("label.removed", facts, act.at)])
        told = bench.label(now, removed=frozenset({label}), at=act.at)
        write_labelled(connection, newest_message(connection, case_id), told, since=None)


def newest_message(connection: Connection, case_id: str) -> str:
    """The identity of the last message of the case: an event of the gateway's own is kept with one."""
    newest = select(_event.identity).where(_event.case_id == case_id).order_by(_event.seq.desc()).limit(1)
    return str(connection.scalar(newest))
