"""Facts and decisions: what bears on a message, and what becomes of it.

Values that pass between the store, which loads the one and writes the other, and `recording`, which decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.model.content import Event
from icjs_gateway.routing.authority.corroboration import Beside
from icjs_gateway.routing.authority.elsewhere import NOWHERE_ELSE, Elsewhere
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.bodies import Body
from icjs_gateway.routing.correlation import CaseFile, Identifier
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.obligations import Obligation
from icjs_gateway.routing.recorded import Announced, RecordedEvent
from icjs_gateway.routing.relay import Follow, Relay, Relayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message already in the store, as far as sameness needs it."""

    message_id: str
    digest: bytes
    content_digest: bytes
    receipt: bytes
    state: MessageState = MessageState.RECORDED
    speaker: Speaker | None = None
    is_corrected: bool = False
    """Whether another message amended it or took it back since."""

    @property
    def is_told(self) -> bool:
        """Whether its content is in a case: only then is there anything to correct."""
        return self.state in (MessageState.RECORDED, MessageState.SUPPRESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the store knows that bears on one command.

    `same_id` is the message of the same identity; `latest` the latest of its thread; `referred` tells whether what it
    corrects is in a case: the message it refers to, whichever of a chain of corrections that is, or the latest of its
    thread where it names none; `corrected` is the place that said it; `cases` holds the case of each identifier that
    the message names; `relayed` what went to jails while the message was parked; `before` what the message it corrects,
    and its other corrections, told; `beside` what other places said of a case in which the speaker of a parked message
    has no standing by itself; `claimed` what jails without standing in a case say of whom they have, where a message
    frees or holds somebody; `elsewhere` the records that it does not name in which its person is.
    """

    same_id: Known | None = None
    latest: Known | None = None
    referred: bool = False
    corrected: Speaker | None = None
    cases: Mapping[Identifier, CaseFile] = field(default_factory=dict)
    relayed: Relayed = frozenset()
    before: Sequence[Event] = ()
    beside: Mapping[str, Sequence[Beside]] = field(default_factory=dict)
    claimed: Mapping[str, Sequence[Beside]] = field(default_factory=dict)
    elsewhere: Elsewhere = NOWHERE_ELSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The same message again: the first receipt, byte for byte, and no effect."""

    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """The same id with other content: refused, and audited."""

    first_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A new message is kept, with its receipt. `linked` is absent while it waits (`waits_for`), or for ever when its
    content was known already. Whatever else a message that waits gives rise to comes after its receipt (`Waiting`)."""

    state: MessageState
    receipt: bytes
    leaf: Mapping[str, Any]
    parked: tuple[RecordedEvent, ...] = ()
    linked: Linked | None = None
    waits_for: tuple[Identifier, ...] = ()
    held_for: str | None = None
    """The border rule that holds a parked message: it waits for a person, and for nothing else."""
    refused: frozenset[str] = frozenset()
    """Ids of other cases that a message names which is linked to one, and in which its speaker has no standing."""
    is_place_unknown: bool = False
    """Whether the State of its place has rows, and none of them is the place's."""


Decision = Replayed | Clash | Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """A parked message that found its case, and what its sender, and the jails that had its orders, are told of it."""

    linked: Linked
    told: Announced | None
    """None where the sender may not know of the case: for it the message goes on waiting."""
    follow: Follow
    to_confirm: tuple[Obligation, ...] = ()
    """What such a sender is asked, as about a message that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a message that waits gives rise to meanwhile, by what the cases know that it names. None of that is known to
    its sender."""

    events: tuple[RecordedEvent, ...]
    """The places that its events concern by now."""
    relay: Relay
    """What goes to jails."""
    waits_for: tuple[Identifier, ...]
    refused: frozenset[str] = frozenset()
    """Ids of the cases that it names and in which its speaker has no standing."""
    disputed: frozenset[str] = frozenset()
    """Ids of the cases to which its CNR and its FIRs lead, where they lead to several (`agreement`)."""
    bodies: tuple[Body, ...] = ()
    """Whom it admits to a jail."""
