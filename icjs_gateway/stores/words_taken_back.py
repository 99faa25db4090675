"""Taking back a word that no message hangs on: a label's ground, a child's mark, an edge to another case; and giving it
back. The messages stay; the cases are as if they had not said it, or said it after all.

One mistake is taken back by one decision: with a label of children the marks that the same message made, and with the
last mark of a message its label of children; a label in every case to which the message said it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.label_words import Unsaid, ground_of, label_of
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.withdrawal import Member
from icjs_gateway.stores import ledger_facts
from icjs_gateway.stores.changed_cases import NOTHING, write_change
from icjs_gateway.stores.changed_deliveries import Told, tell_change
from icjs_gateway.stores.claim_rows import settle_claim
from icjs_gateway.stores.claims import Claim, claims_made_by, claims_within
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.ledger_rows import write_cases
from icjs_gateway.stores.orphans import link_waiting
from icjs_gateway.stores.remade_cases import Reached, Readers, case_of_message, hold, reached
from icjs_gateway.stores.withdrawn_deliveries import tell_sent

_STANDS = (ClaimState.STANDS, ClaimState.CONFIRMED)


def words_without(connection: Connection, claim: Claim, bench: Bench, readers: Readers) -> tuple[list[Claim], Reached]:
    """The claims that are withdrawn with one of a label, a child or an edge, itself among them, and what the cases are
    without them."""
    words = _one_word(connection, claim, bench, _STANDS)
    return words, _reached(connection, claim, words, bench, readers, takes_back=True)


def give_words_back(connection: Connection, claim: Claim, act: Act, bench: Bench, readers: Readers) -> Told:
    """Such a claim that was withdrawn counts again, and what was withdrawn with it."""
    words = [
        each
        for each in _one_word(connection, claim, bench, (ClaimState.WITHDRAWN,))
        if (each.settled_at, each.settled_by) == (claim.settled_at, claim.settled_by)
    ]
    _lower(connection, words)
    reach = _reached(connection, claim, words, bench, readers, takes_back=False)
    locks = hold_names(connection, [], freed={*reach.joined, *reach.parted})
    hold(connection, reach)
    return write_words(connection, reach, claim, words, act, bench, locks, takes_back=False)


def _lower(connection: Connection, words: Sequence[Claim]) -> None:
    """What a person took from a case altogether (`labels remove`) may stand on these grounds again."""
    for case_id, file in ledger_facts.files(connection, {each.case_id for each in words}).items():
        grounds = {
            ground_of(each.subject) for each in words if each.case_id == case_id and each.kind is ClaimKind.LABEL
        }
        lifted = {
            label: kept
            for label, said in file.labels.lifted.items()
            if (kept := frozenset(each for each in said if (label, each) not in grounds))
        }
        if lifted != file.labels.lifted:
            write_cases(connection, [replace(file, labels=replace(file.labels, lifted=lifted))], {case_id})


def _reached(
    connection: Connection, claim: Claim, words: Sequence[Claim], bench: Bench, readers: Readers, *, takes_back: bool
) -> Reached:
    home = case_of_message(connection, claim.identity) if claim.identity is not None else claim.case_id
    if home is None:
        raise NotFound(f"The message of claim {claim.number} is in no case any more.")
    return reached(
        connection,
        readers,
        {home, *(each.case_id for each in words)},
        lambda member: _changed(member, words, takes_back=takes_back),
        frozenset(),
        bench,
    )


def write_words(
    connection: Connection,
    reach: Reached,
    claim: Claim,
    words: Sequence[Claim],
    act: Act,
    bench: Bench,
    locks: Held,
    *,
    takes_back: bool,
) -> Told:
    """Write what taking these words back, or giving them back, makes of the cases."""
    state = ClaimState.WITHDRAWN if takes_back else ClaimState.CONFIRMED
    for each in words:
        settle_claim(connection, each.number, state, act.at, by=act.by, reason=act.reason)
    # A word of which nobody knows who said it may have come from a case that does not tell so any more.
    struck = {(each.case_id, each.subject) for each in words if takes_back and each.identity is None}
    files = write_change(connection, reach, {}, act.at, struck)
    told = tell_change(connection, reach, files, NOTHING, claim.made_at, bench, act.at)
    tell_sent(connection, told.sent, bench.ids, act.at)
    link_waiting(connection, reach.joined.keys(), bench, locks, act.at)
    return told


def _one_word(connection: Connection, claim: Claim, bench: Bench, states: Sequence[ClaimState]) -> list[Claim]:
    """The claim, and those of the same message that stand or fall with it."""
    if claim.kind is ClaimKind.EDGE:
        return [claim]
    # Of what was there before words were claims nobody knows the message: it is all one.
    of_message = (
        claims_made_by(connection, claim.identity) if claim.identity else claims_within(connection, claim.case_id)
    )
    others = [
        each
        for each in of_message
        if each.state in states and each.identity == claim.identity and each.number != claim.number
    ]
    of_children = bench.labeller.of_children
    children = [each for each in others if each.kind is ClaimKind.CHILD]
    labels = [each for each in others if each.kind is ClaimKind.LABEL]
    if claim.kind is ClaimKind.CHILD:
        one = () if children else (each for each in labels if label_of(each.subject) in of_children)
        return [claim, *one]
    label = label_of(claim.subject)
    if label not in of_children:
        return [claim, *(each for each in labels if each.subject == claim.subject)]
    return [claim, *children, *(each for each in labels if label_of(each.subject) == label)]


def _changed(member: Member, words: Sequence[Claim], *, takes_back: bool) -> Member:
    about = [each for each in words if each.identity in (None, member.identity)]
    edges = frozenset(each.case_id for each in about if each.kind is ClaimKind.EDGE)
    said = [(each.case_id, each.subject) for each in about if each.kind is not ClaimKind.EDGE]
    if not about:
        return member
    apart = member.apart_from | edges if takes_back else member.apart_from - edges
    return replace(
        member, apart_from=apart, unsaid=Unsaid(words=_words(member.unsaid.words, said, takes_back=takes_back))
    )


def _words(
    unsaid: Mapping[str, frozenset[str]], said: Sequence[tuple[str, str]], *, takes_back: bool
) -> dict[str, frozenset[str]]:
    now = dict(unsaid)
    for case_id, subject in said:
        so_far = now.get(case_id, frozenset())
        now[case_id] = so_far | {subject} if takes_back else so_far - {subject}
    return now
