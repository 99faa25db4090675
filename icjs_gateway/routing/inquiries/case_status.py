"""How far has a case come, and when is it heard next? From the record, and on request live from the courts.

By the same rules as an inmate's status; what is shown of a case is what reading it by its id would show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from icjs_gateway.routing.access.cases import SeenCase, seen_beside, seen_case
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
from icjs_gateway.routing.live import Source, SourceState, not_asked

CONTRACT = "courts.case-status.v1"
EXCHANGE = "case-status"
ASKED = "case-status.asked"
_COMPARED = ("status", "next_hearing.on", "next_hearing.purpose")


async def case_status(request: Tree, asker: Partner, ports: InquiryPorts) -> Tree:
    """The answer to an admitted request, as the tree of the contract's response. Raises Forbidden, StoreFailed."""
    require_query(asker, CONTRACT, request["purpose"])
    question = question_of(request["by"], asker.reads_for.home_state)
    gathered = await ports.cases.gather(question.entries())
    seen = [each for file in gathered.files if (each := seen_case(file, asker, ports.disclosure)) is not None]
    # How far a case has come is more than its short form says.
    shown = [each for each in seen if not each.is_short]
    withheld = sum((each.withheld for each in seen), Counter[tuple[str, str]]())
    if not gathered.is_whole:
        withheld["TOO-MANY", "cases"] += 1
    live = await _live(request, shown, ports)
    for source in live:
        withheld.update(_beside(shown, source, asker, ports.disclosure))
    answered_at = ports.clock.now()
    record = Source(name=RECORD, state=SourceState.FRESH, as_of=gathered.as_of or answered_at)
    cases = [each.file.case_id for each in shown]
    await note(ports, ASKED, asker, request, cases=cases, withheld=withheld, sources=live)
    return {
        "request_id": request["request_id"],
        "answered_at": answered_at,
        "partial": not gathered.is_whole or any(source.state is SourceState.NO_ANSWER for source in live),
        "sources": [source.tree() for source in (record, *live)],
        "cases": [each.tree for each in shown],
        "withheld": withheld_trees(withheld) or None,
    }


async def _live(request: Tree, shown: Sequence[SeenCase], ports: InquiryPorts) -> list[Source]:
    """The court systems of the establishments before which these cases are."""
    courts = {cnr[:6] for each in shown for cnr in each.file.case.own_cnrs}
    states = {state for court in courts for state in states_of_court(court, ports.disclosure.places)}

    def covers(partner: Partner) -> bool:
        own = partner.reads_for
        if own.establishments:
            return not courts.isdisjoint(own.establishments)
        return any(map(own.has_state, states))

    partners = sources_of(Pillar.COURTS, ports, covers=covers)
    if not request.get("live"):
        return not_asked(partners)
    return await ports.live.ask(partners, EXCHANGE, live_question(request))


def _beside(
    shown: Sequence[SeenCase], source: Source, asker: Partner, disclosure: Disclosure
) -> Counter[tuple[str, str]]:
    """Put what a source says beside the cases it says it of; answers what fits none that is shown."""
    left: Counter[tuple[str, str]] = Counter()
    for told in (source.answer or {}).get("cases", ()):
        cnrs = {each["cnr"] for each in told.get("proceedings", ())}
        fitting = [each for each in shown if not cnrs.isdisjoint(each.file.case.cnrs)]
        if len(fitting) != 1:
            left["NOT-IN-RECORD", f"live.{source.name}"] += 1
            continue
        tree = fitting[0].tree
        following = {name: value for name, value in told.get("next_hearing", {}).items() if name in ("on", "purpose")}
        said = {"status": told["status"]} | ({"next_hearing": following} if following else {})
        said = seen_beside(said, fitting[0], asker, disclosure)
        parted = list(differences(tree, said, _COMPARED))
        tree.setdefault("live", []).append(
            {"source": source.name, **said} | ({"differences": parted} if parted else {})
        )
    return left
