"""The court that speaks, and the signed order behind its words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.attached import Attached
from icjs_gateway.model.text import Text, Token


class PresidingOfficer(Canonical):
    """Who presides. `acting` says that the court is held in charge."""

    name: Text | None = None
    designation: Text | None = None
    acting: bool | None = None


class Court(Canonical):
    """A court: the establishment as in the first six characters of its CNRs, and the court room."""

    establishment: Token
    name: Text | None = None
    court_number: Token | None = None
    presiding_officer: PresidingOfficer | None = None


class SignedOrder(Canonical):
    """The order's file and signature, as the sender states them; whether the signature is good is stated too."""

    file: Text | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    signed_by: Text | None = None
    signed_at: datetime | None = None
    signature_status: Token | None = None


class InlineOrder(SignedOrder):
    """The same with the file itself, where the sender gave it along. Its digest need not be the one that is stated."""

    attachment: Attached | None = None


class CourtEventData(EventData):
    """Base of `data` of every event that a court tells."""

    court: Court
