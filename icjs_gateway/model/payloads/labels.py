"""What the gateway tells the holders of a case's data when its labels change: `icjs.case.labelled.v1`."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.text import Token


class CaseLabels(Canonical):
    """The labels that the case has now, and which of them are new or gone. What is held is to be treated by these."""

    now: tuple[Token, ...]
    added: tuple[Token, ...] = ()
    removed: tuple[Token, ...] = ()


class LabelsData(EventData):
    """`data` of `icjs.case.labelled.v1`."""

    labels: CaseLabels
