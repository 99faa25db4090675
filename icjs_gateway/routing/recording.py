"""Recording: the one decision of intake. Pure: the ledger loads the facts and carries the decision out.

In order: is it a repeat? is it known content under a new id? which case? is it plausible (`border`)? what does the case
become? who is owed it?
Every answer leads to a receipt, signed here, before the commit, and released after it. A message that fits no case yet
is parked, and decided on again (`relink`) when what it waits for has come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from icjs_gateway.model.content import Event
from icjs_gateway.model.errors import Conflict
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.instants import IST, rfc3339
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.agreement import disagrees, is_one_fir, is_registered_as, keys_of, registers_another
from icjs_gateway.routing.authority.elsewhere import (
    Commands,
    held_by_number,
    held_under_parent,
    held_where_sent_on,
)
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.authority.severed import without_severed
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import Authority, Standing, standing_identifier
from icjs_gateway.routing.bodies import Body, admitted
from icjs_gateway.routing.border import held_for, judged
from icjs_gateway.routing.corrections import corrections
from icjs_gateway.routing.correlation import CaseFile, Identifier, by_their_keys, identifier_text
from icjs_gateway.routing.decisions import Clash, Decision, Facts, Freed, Kept, Replayed, Waiting
from icjs_gateway.routing.fitting import fits, of_named_fir, persons_identifier
from icjs_gateway.routing.label_words import Unsaid
from icjs_gateway.routing.labelling import tell_labelled
from icjs_gateway.routing.labels import Labeller
from icjs_gateway.routing.linking import Linked, home_of, link, opening
from icjs_gateway.routing.means import Ids, Signer
from icjs_gateway.routing.messages import MessageState, Outcome, Record
from icjs_gateway.routing.parking import parked_events, refusing, waits_for
from icjs_gateway.routing.receipts import signed_receipt
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent
from icjs_gateway.routing.relay import confirmations, follow, relay, unserved_jails
from icjs_gateway.routing.settling import tell_dismissed, tell_linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the decision is taken with: who exists, what labels a case, who signs, where ids come from; `sees` tells
    whether a partner may know of a case."""

    recipients: RecipientList
    labeller: Labeller
    authority: Authority
    signer: Signer
    ids: Ids
    environment: str
    sees: Callable[[str, CaseFile], bool]
    has_clock_jumped: bool = False
    """Whether the gateway's own clock stands behind."""

    def decide(self, command: Record, facts: Facts) -> Decision:
        """Take the decision for one message. Pure but for fresh ids."""
        same = facts.same_id
        if same is not None:
            alike = same.digest == command.envelope.digest or same.content_digest == command.content_digest
            return Replayed(receipt=same.receipt) if alike else Clash(first_digest=same.digest)
        latest = facts.latest
        # What was corrected away does not stand: an order for somebody whom a mistaken one named before is news.
        if latest is not None and latest.content_digest == command.content_digest and not latest.is_corrected:
            return self._kept(command, MessageState.SUPPRESSED, same_as=latest.message_id)
        kept = self._first(command, facts, [self.ids.new() for _ in command.content.events])
        is_unknown = self.authority.is_unknown(command.envelope.speaker)
        return replace(kept, is_place_unknown=True) if is_unknown else kept

    def _first(self, command: Record, facts: Facts, event_ids: Sequence[str]) -> Kept:
        """What becomes of a message that comes for the first time. Where its sender may not know of its case, it is
        parked like one that has none: what follows of it follows after the receipt."""
        standing = self._standing(command, facts)
        home = self._home(command, facts, standing)
        if home is not None and home.version and not self._is_shown(command, home, standing):
            home = None
        case = home.case if home is not None else None
        odd = self._disagrees(command, home, standing) if home is not None else None
        court = self.authority.court_kind(command.envelope.speaker, _day(command))
        command = judged(command, case, court=court, has_clock_jumped=self.has_clock_jumped)
        if held_for(command) is not None:
            return self._park(command, event_ids, ())
        if home is None:
            return self._park(command, event_ids, self._waits_for(command))
        if odd is not None:
            findings = (*command.content.findings, odd)
            command = replace(command, content=replace(command.content, findings=findings))
        if odd is not None or not fits(command, home):
            return self._park(command, event_ids, (*self._waits_for(command), persons_identifier(home.case_id)))
        whole, all_ids = self._completed(command, facts, event_ids)
        linked = self._link(home, whole, facts, standing, all_ids, command.envelope.received_at)
        kept = self._kept(whole, MessageState.RECORDED, linked=linked)
        return replace(kept, refused=standing.refused) if standing.refused else kept

    def relink(self, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed | None:
        """Link a parked message to its case, and tell its sender; None while there is none, or none that fits."""
        standing = self._standing(command, facts)
        home = self._home(command, facts, standing)
        if home is None or not fits(command, home) or self._disagrees(command, home, standing) is not None:
            return None
        return self._freed(home, command, facts, standing, event_ids, at)

    def waiting(self, command: Record, facts: Facts, event_ids: Sequence[str]) -> Waiting:
        """What a message that waits gives rise to meanwhile. No doubt about papers stops what frees or holds somebody:
        an order of a place without standing, or that fits nobody or several, concerns the jail of record all the same.
        """
        standing = self._standing(command, facts)
        home = self._home(command, facts, standing)
        files = refusing(facts.cases.values(), standing.refused)
        odd = home is not None and self._disagrees(command, home, standing) is not None
        # Where its keys lead to several cases, the person may be in any of them.
        disputed = {file.case_id: file for file in standing.cases.values()} if odd else {}
        reached = dict(disputed)
        if home is not None:
            reached[home.case_id] = home
        named = (*files, *reached.values())
        claimed = [each for file in named for each in facts.claimed.get(file.case_id, ())]

        def held_elsewhere(event: Event) -> tuple[frozenset[str], frozenset[str]]:
            by_number = held_by_number(event, facts.elsewhere, self._commands(command))
            by_number |= held_where_sent_on(event, facts.elsewhere)
            jails = (jails for file in named for jails in held_under_parent(event, file, facts.elsewhere))
            return by_number.union(*jails), frozenset()

        parked = parked_events(command, event_ids, [file.case for file in named], claimed, held_elsewhere)
        return Waiting(
            events=parked,
            relay=relay(command, parked, self.recipients, self.ids),
            waits_for=(
                *self._waits_for(command),
                *(standing_identifier(file.case_id) for file in files),
                *((persons_identifier(home.case_id),) if home is not None else ()),
            ),
            refused=standing.refused,
            disputed=frozenset(disputed),
            bodies=self._admitted(command, files),
        )

    def refused(self, command: Record, facts: Facts) -> frozenset[str]:
        """The ids of the cases that a message names by now, and in which its speaker has no standing."""
        return self._standing(command, facts).refused if facts.cases else frozenset()

    def link_to(self, home: CaseFile, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed:
        """Link a parked message to this very case, as a person decided. A hand joins this message and nothing else: the
        identifiers that it names stay references. Raises Conflict for the registration of another FIR."""
        other = registers_another(home.case, command.content)
        if other is not None:
            raise Conflict(f"{other} is another FIR than that of {home.case_id}; a FIR has a case of its own.")
        standing = self._standing(command, facts)
        chosen = {name: file for name, file in facts.cases.items() if file.case_id == home.case_id}
        standing = replace(standing, cases={**standing.cases, **chosen})
        return self._freed(home, command, facts, standing, event_ids, at, by_hand=True)

    def _freed(
        self,
        home: CaseFile,
        command: Record,
        facts: Facts,
        standing: Standing,
        event_ids: Sequence[str],
        at: datetime,
        *,
        by_hand: bool = False,
    ) -> Freed:
        command, event_ids = self._completed(command, facts, event_ids)
        linked = self._link(home, command, facts, standing, event_ids, at, by_hand=by_hand)
        file = next(file for file in linked.cases if file.case_id == linked.case_id)
        is_shown = not home.version or self._is_shown(command, file, standing)
        told = tell_linked(command, file, at=at, recipients=self.recipients, ids=self.ids) if is_shown else None
        begins = opening(command.content.case, file, command.envelope.home_state)
        following = follow(command, linked.events, facts.relayed, begins=begins, at=at, ids=self.ids)
        to_confirm = () if is_shown else confirmations(command, event_ids)
        return Freed(linked=linked, told=told, follow=following, to_confirm=to_confirm)

    def link_again(
        self,
        home: CaseFile,
        command: Record,
        facts: Facts,
        event_ids: Sequence[str],
        may_hold: Callable[[Identifier], bool | None],
        unsaid: Unsaid,
    ) -> Linked:
        """Link a message that stays in a case which is made anew, as it was linked before: what it makes, and whom it
        would be owed to by the recipients of today. `event_ids` are those that its events have in the store; `may_hold`
        tells whether the case may hold an identifier, or None where the message's word decides."""
        command, event_ids = self._completed(command, facts, event_ids)
        standing = self._standing(command, facts)
        chosen = {name: file for name, file in facts.cases.items() if file.case_id == home.case_id}
        basis = standing.basis.get(home.case_id, None if home.version else Basis.OWN_FIR)
        return link(
            command,
            home,
            {**standing.cases, **chosen},
            basis=basis,
            held=facts.cases.keys(),
            may_claim=lambda name: (
                self._may_claim(command, home, basis, name) if (may := may_hold(name)) is None else may
            ),
            owns_labels=self._owns_labels(standing),
            sends_on=self._sends_on(standing),
            takes_back=self._takes_back(command, basis),
            is_taken_back_by=self._is_taken_back_by(command, home),
            event_ids=event_ids,
            recipients=self.recipients,
            labeller=self.labeller,
            ids=self.ids,
            unsaid=unsaid,
        )

    def may_claim(self, command: Record, identifier: Identifier) -> bool:
        """Whether an identifier that no case holds yet becomes its case's by this message."""
        return self.authority.may_claim(command.envelope.speaker, command.content, identifier, _day(command))

    def _may_claim(self, command: Record, home: CaseFile, basis: Basis | None, name: Identifier) -> bool:
        """Whether this very case holds an identifier from now on by this message, where nobody holds it."""
        if basis is None:
            # A person linked it: that joins the message alone.
            return False
        if name[0] == "fir" and not is_one_fir(home.case, command.content, name[1], command.envelope.home_state):
            return False
        return (
            identifier_text(name) not in home.case.severed
            and (name[0] != "cnr" or self.authority.joins(basis, is_labelled=bool(home.labels.names)))
            and self.may_claim(command, name)
        )

    def _disagrees(self, command: Record, home: CaseFile, standing: Standing) -> Finding | None:
        named = keys_of(command.content, command.envelope.home_state)
        other_codes = (value for _, value in self.registered_as(command)) if named else ()
        return disagrees(command.content, named.union(other_codes), home, standing.cases)

    def _home(self, command: Record, facts: Facts, standing: Standing) -> CaseFile | None:
        """The case that a message belongs to; an order about one person that names a FIR: that FIR's, where the person
        is one of its accused."""
        found = home_of(command, standing, referred=self._may_correct(command, facts), ids=self.ids)
        return found if found is None else of_named_fir(command, found, standing.cases)

    def park_again(self, command: Record, event_ids: Sequence[str]) -> Waiting:
        """What a message is that left its case: its orders go to the jails that they name, as if it came just now."""
        parked = parked_events(command, event_ids)
        return Waiting(
            events=parked,
            relay=relay(command, parked, self.recipients, self.ids),
            waits_for=self._waits_for(command),
        )

    def registered_as(self, command: Record) -> tuple[Identifier, ...]:
        """The keys under which the FIRs that a message names can only be registered, where their station succeeded
        another one or has a successor. What registers a FIR names it by its own key."""
        content, day = command.content, _day(command)
        if any(isinstance(event.data, FirData) for event in content.events):
            return ()
        places, named = self.authority.places, (fir.key(command.envelope.home_state) for fir in content.case.firs)
        return tuple(
            ("fir", str(replace(key, station_code=other)))
            for key in named
            if key is not None and (other := places.other_code_of(key.station_code, key.year, day)) is not None
        )

    def _waits_for(self, command: Record) -> tuple[Identifier, ...]:
        return (*waits_for(command), *self.registered_as(command))

    def _admitted(self, command: Record, files: Sequence[CaseFile]) -> tuple[Body, ...]:
        content, state = command.content, command.envelope.home_state
        return tuple(
            body
            for file in files
            for body in admitted(
                content,
                file.case_id,
                file.case,
                default_state=state,
                recipients=self.recipients,
                new_id=self.ids.new,
            )
        )

    def _is_shown(self, command: Record, file: CaseFile, standing: Standing) -> bool:
        """Whether receipt and notices tell the sender of this case. To who may not know of it, it is as if absent."""
        basis = standing.basis.get(file.case_id)
        if basis is not None and self.authority.gives_sight(
            command.envelope.speaker, basis, is_labelled=bool(file.labels.names)
        ):
            return True
        return self.sees(command.envelope.partner_id, file)

    def dismiss(self, command: Record, reason: str, at: datetime) -> Announced:
        """What the sender is told of a parked message that a person dismissed."""
        return tell_dismissed(command, reason, at=at, recipients=self.recipients, ids=self.ids)

    def label(
        self, file: CaseFile, *, removed: frozenset[str], at: datetime, added: frozenset[str] = frozenset()
    ) -> Announced:
        """What whoever holds data of a case is told when a person takes a label away, or gives it back."""
        return tell_labelled(file, added=added, removed=removed, at=at, recipients=self.recipients, ids=self.ids)

    def _completed(self, command: Record, facts: Facts, event_ids: Sequence[str]) -> tuple[Record, Sequence[str]]:
        """The message with what follows from it: an order that is now another person's is taken back from the first.
        What follows has the ids beyond those of the message's own events, where it was told before."""
        content = command.content
        # Of a message that left a case it may be there already.
        made = corrections(facts.before, content.events, replaced_by=event_ids[0])
        derived = tuple(event for event in made if event not in content.events)
        own, further = event_ids[: len(content.events)], event_ids[len(content.events) :]
        if not derived:
            return command, own
        told = replace(content, events=(*content.events, *derived))
        fresh = (self.ids.new() for _ in derived[len(further) :])
        return replace(command, content=told), (*own, *further[: len(derived)], *fresh)

    def _may_correct(self, command: Record, facts: Facts) -> bool:
        """Whether what a message corrects is in a case, and is the word of its own place, or of one that it acts for or
        is over; whichever wire carries both."""
        speaker, other = command.envelope.speaker, facts.corrected
        is_theirs = other is None or self.authority.corrects(speaker, other, _day(command))
        return facts.referred and is_theirs

    def _standing(self, command: Record, facts: Facts) -> Standing:
        envelope, content = command.envelope, command.content
        found = by_their_keys(facts.cases, content, envelope.home_state, is_registered_as)
        cases = without_severed(found, content, envelope.home_state)
        return self.authority.standing(envelope.speaker, content, cases, _day(command), facts.beside)

    def _takes_back(self, command: Record, basis: Basis | None) -> Callable[[Speaker], bool]:
        speaker, day = command.envelope.speaker, _day(command)
        return lambda other: self.authority.takes_back(speaker, basis, other, day)

    def _is_taken_back_by(self, command: Record, home: CaseFile) -> Callable[[Speaker], bool]:
        speaker, day = command.envelope.speaker, _day(command)
        return lambda other: self.authority.takes_back(
            other, self.authority.basis(other, command.content, home.case, day), speaker, day
        )

    def _owns_labels(self, standing: Standing) -> Callable[[CaseFile], bool]:
        """Whether the speaker's word labels a case for everybody."""
        return lambda file: not file.version or self.authority.owns_labels(standing.basis.get(file.case_id))

    def _sends_on(self, standing: Standing) -> Callable[[CaseFile], bool]:
        return lambda file: self.authority.sends_on(
            standing.basis.get(file.case_id), is_labelled=bool(file.labels.names)
        )

    def _link(
        self,
        home: CaseFile,
        command: Record,
        facts: Facts,
        standing: Standing,
        event_ids: Sequence[str],
        at: datetime,
        *,
        by_hand: bool = False,
    ) -> Linked:
        basis = standing.basis.get(home.case_id, None if home.version else Basis.OWN_FIR)
        linked = link(
            command,
            home,
            standing.cases,
            basis=basis,
            held=facts.cases.keys(),
            may_claim=lambda name: not by_hand and self._may_claim(command, home, basis, name),
            owns_labels=self._owns_labels(standing),
            sends_on=self._sends_on(standing),
            takes_back=self._takes_back(command, basis),
            is_taken_back_by=self._is_taken_back_by(command, home),
            event_ids=event_ids,
            recipients=self.recipients,
            labeller=self.labeller,
            ids=self.ids,
            relayed=facts.relayed,
            claims_beside=facts.claimed.get(home.case_id, ()),
            elsewhere=facts.elsewhere,
        )
        if len(linked.cases) > 1:
            edges = tuple(
                (file.case_id, standing.basis.get(file.case_id))
                for file in linked.cases
                if file.case_id != linked.case_id
            )
            linked = replace(linked, edges=edges)
        if not linked.newly:
            return linked
        told = tuple(
            tell_labelled(file, added=new, removed=frozenset(), at=at, recipients=self.recipients, ids=self.ids)
            for file in linked.cases
            if (new := linked.newly.get(file.case_id))
        )
        return replace(linked, labelled=told)

    def _park(self, command: Record, event_ids: Sequence[str], waits_for: tuple[Identifier, ...]) -> Kept:
        return self._kept(command, MessageState.PARKED, parked=parked_events(command, event_ids), waits_for=waits_for)

    def _commands(self, command: Record) -> Commands:
        speaker, day = command.envelope.speaker, _day(command)
        return lambda jail, case: self.authority.commands_jail(speaker, jail, case, day)

    def _kept(
        self,
        command: Record,
        state: MessageState,
        *,
        linked: Linked | None = None,
        parked: tuple[RecordedEvent, ...] = (),
        waits_for: tuple[Identifier, ...] = (),
        same_as: str | None = None,
    ) -> Kept:
        outcome = _OUTCOMES[state]
        events = linked.events if linked is not None else parked
        unserved = linked.unserved if linked is not None else unserved_jails(command, parked, self.recipients)
        receipt = signed_receipt(
            command,
            outcome,
            events,
            environment=self.environment,
            signer=self.signer,
            findings=[each.finding() for each in unserved],
            same_as=same_as,
        )
        return Kept(
            state=state,
            receipt=receipt,
            leaf=_leaf(command, outcome, events),
            parked=parked,
            linked=linked,
            waits_for=waits_for,
            held_for=held_for(command) if state is MessageState.PARKED else None,
        )


_OUTCOMES = {
    MessageState.RECORDED: Outcome.ACCEPTED,
    MessageState.PARKED: Outcome.PARKED,
    MessageState.SUPPRESSED: Outcome.SUPPRESSED,
}


def _day(command: Record) -> date:
    """The Indian day on which a message was received: by it the dated rows of the directory of places count."""
    return command.envelope.received_at.astimezone(IST).date()


def _leaf(command: Record, outcome: Outcome, events: Sequence[RecordedEvent]) -> dict[str, Any]:
    """What the audit tree attests of a message that was kept."""
    return {
        "partner": command.envelope.partner_id,
        "contract": command.envelope.contract_id,
        "message_id": command.content.message_id,
        "digest": command.envelope.digest.hex(),
        "received_at": rfc3339(command.envelope.received_at),
        "outcome": outcome.value,
        "events": [event.event_id for event in events],
    }
