"""The ports of the broker, by role. Each is small; adapters implement them, composition happens in bootstrap.

`Ledger` records, `Lanes` leases and settles, `Messages` reads, `Evidence` keeps leaves of what was not a message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from icjs_gateway.routing.correlation import Identifier
from icjs_gateway.routing.decisions import Decision, Facts, Freed, Waiting
from icjs_gateway.routing.lanes import Claim, Head, Leases, Settlement
from icjs_gateway.routing.messages import MessageState, Receipt, Record


class Decider(Protocol):
    """Pure: the same command and facts give the same decision, but for fresh ids."""

    def decide(self, command: Record, facts: Facts) -> Decision:
        """What becomes of a message that came in."""

    def relink(self, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed | None:
        """The case that a parked message has found; None while it has to wait on."""

    def waiting(self, command: Record, facts: Facts, event_ids: Sequence[str]) -> Waiting:
        """What a parked message gives rise to while it waits."""

    def registered_as(self, command: Record) -> tuple[Identifier, ...]:
        """The keys under which the FIRs that a message names can only be registered, where those are not their own."""

    def refused(self, command: Record, facts: Facts) -> frozenset[str]:
        """The ids of the cases that a message names by now, and in which its speaker has no standing."""


class Ledger(Protocol):
    async def record(self, command: Record, decider: Decider) -> Receipt:
        """Load facts, decide, commit, then answer. Raises Conflict, Overloaded, StoreFailed."""


class Lanes(Protocol):
    async def lease(self, claim: Claim, admit: Callable[[Head], str | None]) -> Leases:
        """Lease due lanes. `admit` answers None, or the rule under which a delivery is withheld; a delivery gets
        its position here, before its first attempt, and keeps it."""

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        """Write outcomes, each fenced by its lease: False where the lease was lost and nothing was written."""

    async def pass_by_dead(self, now: datetime, most: int) -> Sequence[str]:
        """Let at most so many lanes go on whose dead head has halted them for long enough, each behind a void that
        names it. Answers the dead deliveries, which stay dead."""

    async def release(self, tokens: Sequence[str]) -> None:
        """Give leases back unused, as at a clean stop."""


class Evidence(Protocol):
    async def note(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Keep an audit leaf of something that is not a recorded message: a refusal, a read, a person's act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStanding:
    """What became of one message, for its sender. An event may have `acted`: what its recipients did about it, each
    with `by`, `result`, `reason` and `at`. `settled` is how a message that was parked went on: `state`, `reason`, `by`,
    `at`."""

    message_id: str
    contract: str
    state: MessageState
    received_at: datetime
    events: tuple[Mapping[str, Any], ...]
    progress: Mapping[str, Mapping[str, int]]
    settled: Mapping[str, Any] | None = None


class Messages(Protocol):
    async def receipt(self, partner_id: str, contract_id: str, message_id: str) -> bytes | None: ...

    async def standing(self, partner_id: str, contract_id: str, message_id: str) -> MessageStanding | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Encrypted bytes: which key wrapped their own key, that key wrapped, the ciphertext."""

    key_id: str
    wrapped_key: bytes
    ciphertext: bytes


class Vault(Protocol):
    """Encrypts what the store keeps. `context` is bound to the ciphertext: opened elsewhere, it does not open."""

    def seal(self, plaintext: bytes, context: bytes) -> Sealed: ...

    def open(self, sealed: Sealed, context: bytes) -> bytes: ...

    def seal_secret(self, secret: str, context: bytes) -> bytes: ...

    def open_secret(self, sealed: bytes, context: bytes) -> str: ...
