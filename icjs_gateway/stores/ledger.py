"""The ledger: messages are recorded whole, many in one transaction.

Facts for the whole batch are read in sets, decisions are taken in memory in order of arrival, each seeing what the ones
before it decided, and everything is written with one `executemany` a table. The receipt is released by the writer after
the commit, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from icjs_gateway.model.errors import Conflict
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.authority.corroboration import Beside
from icjs_gateway.routing.correlation import CaseFile, Identifier
from icjs_gateway.routing.decisions import Clash, Decision, Facts, Kept, Known, Replayed
from icjs_gateway.routing.messages import MessageState, Receipt, Record
from icjs_gateway.routing.parking import came_as
from icjs_gateway.routing.ports import Decider, Vault
from icjs_gateway.stores import ledger_facts, ledger_rows
from icjs_gateway.stores.alarm_rows import raise_unknown_place
from icjs_gateway.stores.attachments import file_context
from icjs_gateway.stores.beside import Claimed
from icjs_gateway.stores.chains import Chains, referred_by
from icjs_gateway.stores.elsewhere import elsewhere
from icjs_gateway.stores.known_messages import KnownMessages
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.ledger_rows import Command
from icjs_gateway.stores.orphans import brought, link_waiting
from icjs_gateway.stores.writer import Writer


class StoreLedger:
    """`Ledger` on the message store. `owed` is called whenever a commit left something to deliver, `parked` whenever it
    left something else to do."""

    def __init__(
        self, writer: Writer, vault: Vault, owed: Callable[[], None], parked: Callable[[], None] = lambda: None
    ) -> None:
        self._writer = writer
        self._vault = vault
        self._owed = owed
        self._parked = parked

    async def record(self, command: Record, decider: Decider) -> Receipt:
        sealed = self._vault.seal(command.body, "/".join(command.identity).encode())
        files = tuple((each, self._vault.seal(each.content, file_context(each.sha256))) for each in command.attachments)
        decision: Decision = await self._writer.submit(
            run_records, Command(record=command, decider=decider, sealed=sealed, files=files), bounded=True
        )
        match decision:
            case Clash():
                raise Conflict(
                    "This message id was already used for other content; use a new one, or AMEND with RefersTo.",
                    [
                        Finding(
                            code="MESSAGE-ID-REUSED",
                            expected="a message id that was not used before",
                            found=command.content.message_id,
                            hint="a correction has an id of its own, and names this one in what it refers to",
                        )
                    ],
                )
            case Replayed(receipt=receipt):
                return Receipt(json=receipt, replayed=True)
            case Kept(state=state, receipt=receipt, linked=linked):
                if linked is not None:
                    self._owed()
                elif state is MessageState.PARKED:
                    self._parked()
                return Receipt(json=receipt)


def run_records(connection: Connection, commands: Sequence[Command]) -> list[Decision]:
    """Decide and write a batch. Runs on the writer's thread, inside its transaction."""
    work = _Work.load(connection, commands)
    decisions = [work.decide(connection, command) for command in commands]
    work.write(connection)
    at = max(command.record.envelope.received_at for command in commands)
    link_waiting(connection, work.arrived, commands[0].decider, work.held, at)
    for command, event_id in work.of_unknown_places:
        raise_unknown_place(connection, command.record, event_id)
    return decisions


class _Work:
    """The facts of one batch, and what its decisions have added to them so far."""

    def __init__(
        self,
        known: KnownMessages,
        latest: dict[str, Known],
        case_of: dict[Identifier, str],
        files: dict[str, CaseFile],
        thread_of: dict[str, str],
        corrected: set[str],
        chains: Chains,
        claimed: Mapping[str, Sequence[Beside]],
        held: Held,
    ) -> None:
        self._known = known
        self._latest = latest
        self._thread_of = thread_of
        self._corrected = corrected
        self._case_of = case_of
        self._files = files
        self._chains = chains
        self._claimed = claimed
        self.held = held
        self._stored = frozenset(files)
        self._changed: set[str] = set()
        self.arrived: set[Identifier] = set()
        self.of_unknown_places: list[tuple[Command, str]] = []
        """Messages whose places no row knows, each with its first event."""
        self._kept: list[tuple[Command, Kept]] = []
        self._clashes: list[tuple[Command, Clash]] = []

    @classmethod
    def load(cls, connection: Connection, commands: Sequence[Command]) -> _Work:
        held = hold_names(connection, [command.record for command in commands])
        named = {name for command in commands for name in command.named}
        case_of = ledger_facts.cases_of(connection, named | held.identifiers)
        # Cases are locked as they are read; messages are looked for after that, so that none is missed.
        files, awaited = ledger_facts.files_and_awaited(connection, set(case_of.values()))
        latest = ledger_facts.latest(connection, {command.thread for command in commands})
        # Looked for only where a message would be taken for one that is known.
        alike = {command.thread for command in commands if _is_alike(command, latest.get(command.thread))}
        known = KnownMessages.load(connection, (command.record for command in commands))
        resolved = [known.with_corrected(command.record) for command in commands]
        referred = {name for record in resolved if (name := record.refers_to) is not None}
        return cls(
            known=known,
            latest=latest,
            thread_of=ledger_facts.threads_of(connection, referred),
            corrected=ledger_facts.corrected(connection, alike),
            case_of=case_of,
            files=files,
            chains=Chains.load(connection, referred_by(resolved)),
            claimed=Claimed(connection, awaited),
            held=held,
        )

    def decide(self, connection: Connection, command: Command) -> Decision:
        if command.record.refers_to is not None:
            command = replace(command, record=self._known.with_corrected(command.record))
        corrected = self._corrected_by(command)
        cases = {name: self._files[self._case_of[name]] for name in command.named if name in self._case_of}
        facts = Facts(
            same_id=self._known.same(command.record),
            latest=self._standing(command.thread),
            referred=corrected is not None and corrected.is_told,
            corrected=corrected.speaker if corrected is not None else None,
            cases=cases,
            before=self._chains.told_before(command.record),
            claimed=self._claimed if command.record.is_liberty else {},
            elsewhere=elsewhere(connection, command.record, cases.values()),
        )
        decision = command.decider.decide(command.record, facts)
        match decision:
            case Kept():
                self._take(command, decision)
            case Clash():
                self._clashes.append((command, decision))
        return decision

    def _standing(self, thread: str) -> Known | None:
        """The latest message of a thread, and whether it was corrected since."""
        known = self._latest.get(thread)
        return known if known is None or thread not in self._corrected else replace(known, is_corrected=True)

    def _corrected_by(self, command: Command) -> Known | None:
        """What a message corrects: the one that it refers to, or the latest of its thread."""
        if command.record.refers_to is None:
            return self._latest.get(command.thread)
        return self._known.corrected(command.record)

    def _take(self, command: Command, kept: Kept) -> None:
        """Later commands of the batch see this one as if it were committed."""
        self._kept.append((command, kept))
        if kept.is_place_unknown:
            events = kept.linked.events if kept.linked is not None else kept.parked
            self.of_unknown_places += ((command, event.event_id) for event in events[:1])
        self._chains.add(command.record)
        self._thread_of[command.identity] = command.thread
        if (corrected := self._thread_of.get(command.record.refers_to or "")) is not None:
            self._corrected.add(corrected)
        self._corrected.discard(command.thread)
        known = Known(
            message_id=command.record.content.message_id,
            digest=command.record.envelope.digest,
            content_digest=command.record.content_digest,
            receipt=kept.receipt,
            state=kept.state,
            speaker=command.record.envelope.speaker,
        )
        self._known.add(command.record, known)
        self._latest[command.thread] = known
        self.arrived |= came_as(command.record)
        if kept.linked is not None:
            for identifier, _ in kept.linked.released:
                self._case_of.pop(identifier, None)
            self._case_of.update(kept.linked.claims)
            self.arrived |= brought(kept.linked)
            for file in kept.linked.cases:
                self._files[file.case_id] = file
                self._changed.add(file.case_id)

    def write(self, connection: Connection) -> None:
        if not self._kept and not self._clashes:
            return
        ledger_rows.write_kept(connection, self._kept)
        ledger_rows.write_clashes(connection, self._clashes)
        changed = [self._files[case_id] for case_id in sorted(self._changed)]
        ledger_rows.write_cases(connection, changed, self._stored)


def _is_alike(command: Command, latest: Known | None) -> bool:
    """Whether a message says what the latest of its thread said."""
    return latest is not None and latest.content_digest == command.record.content_digest
