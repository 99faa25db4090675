"""Release: ordered by a court, or not complied with by a jail, and why: `icjs.release.*`. Liberty traffic.

That somebody was released is the jail's word: `icjs.inmate.released`.
"""

from __future__ import annotations

from datetime import date, datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import ProcessId
from icjs_gateway.model.payloads.court import Court, InlineOrder
from icjs_gateway.model.payloads.jail import Jail, Prison
from icjs_gateway.model.payloads.ordered import AboutOne
from icjs_gateway.model.text import Text, Token


class NotComplied(Canonical):
    """Why a jail did not release: SURETY_PENDING, OTHER_CASE, IDENTITY, ORDER_UNCLEAR or OTHER."""

    at: datetime
    reason: Token
    remarks: Text | None = None
    other_firs: tuple[Text, ...] | None = None
    """FIRs in which the person is held still, as `HP/2011007/112/2026`."""


class Release(AboutOne):
    """An order to release. `jail` is who has to act; `prison` is the jail that answers with `not_complied`."""

    hearing_id: Token | None = None
    ordered_on: date | None = None
    process_id: ProcessId | None = None
    type: Token | None = None
    """RECALL takes an earlier order back, by its number."""
    ground: Token | None = None
    jail: Jail | None = None
    custody_status: Token | None = None
    order: InlineOrder | None = None
    prison: Prison | None = None
    not_complied: NotComplied | None = None
    replaced_by: Token | None = None
    """The event, by its id, that takes the place of an order which turned out to be about somebody else."""


class ReleaseData(EventData):
    """`data` of a release event. `court` is who ordered it; absent in a jail's own word."""

    court: Court | None = None
    release: Release
