"""What whoever holds data of a case is told when its labels change. Pure.

The event names the case and its labels and nothing else of it. It is made for every subscription that may hold
something; the store leaves only those that were owed an event of the case before.
"""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.event_types import LABELLED
from icjs_gateway.model.payloads.labels import CaseLabels
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.linking import addressed, opening
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent


def tell_labelled(
    file: CaseFile,
    *,
    added: frozenset[str],
    removed: frozenset[str],
    at: datetime,
    recipients: RecipientList,
    ids: Ids,
) -> Announced:
    """The event, and the deliveries that it makes if their subscriptions hold anything of the case."""
    labels = CaseLabels(
        now=tuple(sorted(file.labels.names)), added=tuple(sorted(added)), removed=tuple(sorted(removed))
    )
    data = opening(CaseReference(), file, None) + b',"labels":' + labels.model_dump_json().encode() + b"}"
    event = RecordedEvent(event_id=ids.new(), type=LABELLED, occurred_at=at, case_id=file.case_id, data=data)
    owed = tuple(
        Owed(
            delivery_id=ids.new(),
            event_id=event.event_id,
            subscription_id=subscription.id,
            lane=file.case_id,
            liberty=False,
        )
        for subscription in recipients.concerned(addressed(file.case, LABELLED))
    )
    return Announced(event=event, owed=owed)
