"""What whoever was told of a case is told when some of that turns out not to be the case's:
`icjs.claim.withdrawn.v1`."""

from __future__ import annotations

from enum import StrEnum

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.text import Text, Token


class ClaimReason(StrEnum):
    """Why events are not the case's any more."""

    WITHDRAWN = "WITHDRAWN"
    """A person withdrew the claim by which they came to it."""


class WithdrawnClaim(Canonical):
    """The events, by their ids, that do not belong to the case, or that the recipient was sent because of one that
    does not. They may come again with the case that they belong to."""

    event_ids: tuple[Text, ...]
    case_id: Token
    reason: ClaimReason


class ClaimData(EventData):
    """`data` of `icjs.claim.withdrawn.v1`. Its `case` tells the id of the case and nothing else."""

    claim: WithdrawnClaim
