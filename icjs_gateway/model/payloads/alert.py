"""The gateway's own word to those who can act: a person's liberty is at stake. `icjs.alert.raised.v1`."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Token


class Alert(Canonical):
    """What went wrong, by code, and the event it is about, by its id. `accused` names who is concerned; `place` is who
    spoke in a case that is not its own, as `court/PB/PBLD01`, or who is to look now (`issuing-court`), and `about` what
    of, by noun: `bail`."""

    code: Token
    event_id: Token | None = None
    jail: Token | None = None
    accused: Party | None = None
    place: Token | None = None
    about: Token | None = None


class AlertData(EventData):
    """`data` of `icjs.alert.raised.v1`."""

    alert: Alert
