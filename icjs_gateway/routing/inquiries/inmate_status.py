"""What is this inmate's status? From the record, and on request live from the prison systems that would know.

In order: may they ask this, for this purpose? whom does the question mean, in which cases? what of it may they see?
what do the prisons themselves say? Whatever is missing is named: sources, rules, cases that could not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from icjs_gateway.routing.access.inmates import Seen, may_be_asked, seen, seen_beside
from icjs_gateway.routing.access.jurisdiction import states_of_court
from icjs_gateway.routing.access.permissions import require_query
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Partner, Pillar
from icjs_gateway.routing.inquiries.asking import (
    RECORD,
    InquiryPorts,
    Tree,
    live_question,
    note,
    question_of,
    sources_of,
    withheld_trees,
)
from icjs_gateway.routing.inquiries.differences import differences
from icjs_gateway.routing.jails import is_jail_of
from icjs_gateway.routing.live import Source, SourceState, not_asked
from icjs_gateway.routing.status.inmates import inmate_of
from icjs_gateway.routing.status.persons import Search

CONTRACT = "prisons.inmate-status.v1"
EXCHANGE = "inmate-status"
ASKED = "inmate-status.asked"
_COMPARED = ("in_custody", "jail.code", "category", "admitted_on")
_BESIDE = ("in_custody", "jail", "category", "admitted_on", "released_on")
_INMATES_MAX = 100
_TOO_MANY = "TOO-MANY"
_NOT_IN_RECORD = "NOT-IN-RECORD"


async def inmate_status(request: Tree, asker: Partner, ports: InquiryPorts) -> Tree:
    """The answer to an admitted request, as the tree of the contract's response. Raises Forbidden, StoreFailed."""
    require_query(asker, CONTRACT, request["purpose"])
    question = question_of(request["by"], asker.reads_for.home_state)
    search = Search(question)
    gathered = await ports.cases.gather(question.entries(), search.further)
    found = [inmate_of(subject, ports.disclosure.places) for subject in search.subjects(gathered.files)]
    shown = [each for inmate in found if (each := seen(inmate, asker, ports.disclosure)) is not None]
    withheld = sum((each.withheld for each in shown), Counter[tuple[str, str]]())
    if not gathered.is_whole:
        withheld[_TOO_MANY, "cases"] += 1
    if len(shown) > _INMATES_MAX:
        withheld[_TOO_MANY, "inmates"] += len(shown) - _INMATES_MAX
        shown = shown[:_INMATES_MAX]
    live = await _live(request, shown, ports)
    for source in live:
        withheld.update(_beside(shown, source, asker, ports.disclosure))
    answered_at = ports.clock.now()
    record = Source(name=RECORD, state=SourceState.FRESH, as_of=gathered.as_of or answered_at)
    cases = [case.file.case_id for each in shown for case in (*each.cases, *each.short)]
    await note(ports, ASKED, asker, request, cases=cases, withheld=withheld, sources=live)
    return {
        "request_id": request["request_id"],
        "answered_at": answered_at,
        "partial": not gathered.is_whole or any(source.state is SourceState.NO_ANSWER for source in live),
        "sources": [source.tree() for source in (record, *live)],
        "inmates": [each.tree for each in shown],
        "withheld": withheld_trees(withheld) or None,
    }


async def _live(request: Tree, shown: Sequence[Seen], ports: InquiryPorts) -> list[Source]:
    """The prison systems of where these inmates are, by code; where no jail is known, those of the cases' States. Of
    these only who may see the cases: a question tells a name as much as an answer does."""
    jails = {each.inmate.jail for each in shown if each.inmate.jail is not None}
    states: set[str | None] = {fir.state for each in shown for case in each.cases for fir in case.file.case.own_firs}
    courts = {cnr[:6] for each in shown for case in each.cases for cnr in case.file.case.own_cnrs}
    states.update(*(states_of_court(court, ports.disclosure.places) for court in courts))

    known = {state for state in states if state is not None}

    def covers(partner: Partner) -> bool:
        own = partner.reads_for
        by_jail = any(is_jail_of(code, own, ports.disclosure.places, known) for code in jails)
        concerns = by_jail if jails else any(map(own.has_state, known))
        return concerns and all(may_be_asked(each, partner, ports.disclosure) for each in shown)

    partners = sources_of(Pillar.PRISONS, ports, covers=covers)
    if not request.get("live"):
        return not_asked(partners)
    pids = [each.tree["pid"] for each in shown if each.tree.get("pid") is not None] if len(shown) == 1 else []
    return await ports.live.ask(partners, EXCHANGE, live_question(request, pids=pids))


def _beside(shown: Sequence[Seen], source: Source, asker: Partner, disclosure: Disclosure) -> Counter[tuple[str, str]]:
    """Put what a source says beside the inmates it says it of; answers what fits nobody who is shown."""
    left: Counter[tuple[str, str]] = Counter()
    for told in (source.answer or {}).get("inmates", ()):
        fitting = [each for each in shown if _is_same(each.tree, told)]
        if len(fitting) != 1:
            left[_NOT_IN_RECORD, f"live.{source.name}"] += 1
            continue
        tree = fitting[0].tree
        said: Tree = {name: told[name] for name in _BESIDE if name in told}
        said = seen_beside(said, fitting[0], asker, disclosure)
        if "in_custody" not in said:
            continue
        parted = list(differences(tree, said, _COMPARED))
        tree.setdefault("live", []).append(
            {"source": source.name, **said} | ({"differences": parted} if parted else {})
        )
    return left


def _is_same(record: Tree, told: Tree) -> bool:
    """By a prisoner's number: whom a source means by a name alone is not known."""
    numbers = [(record.get(kind), told.get(kind)) for kind in ("pid", "ptn")]
    return any(ours is not None and ours == theirs for ours, theirs in numbers)
