"""What a change of proceeding makes of the cases that it names: one goes on elsewhere, or several are tried together.

Not promised: that a withdrawn change makes clubbed cases forget each other. What was once named together stays known as
an edge until a person looks at it. A CNR in which a case was to go on may be the case's no more (`Case.cnrs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from icjs_gateway.model.case import firs_of, gone_on, tried_with
from icjs_gateway.routing.correlation import CLUBBED_WITH, GOES_ON, CaseFile, Identifier, related
from icjs_gateway.routing.labels import Ground
from icjs_gateway.routing.messages import Record


def joined(
    command: Record,
    home: CaseFile,
    others: dict[str, CaseFile],
    cases: Mapping[Identifier, CaseFile],
    heard: Callable[[CaseFile, frozenset[Ground]], frozenset[Ground]],
    sends_on: Callable[[CaseFile], bool],
) -> tuple[CaseFile, dict[str, CaseFile]]:
    """The message's case and the others, with what each has learnt of the proceedings of the rest.

    `cases` are as they were before the message. A CNR in which the case is to go on, and that another case holds, is
    clubbed with it: neither case takes the other over. What is clubbed has the labels of every case; `heard` tells by
    whose word. `sends_on` tells of each case whether the speaker may send it on, or have it tried with others. The word
    of a place that may not gives labels, which hide, and shows no case to anybody else.
    """
    content, own = command.content, command.content.case.cnr
    named = related(content, GOES_ON | CLUBBED_WITH)
    if not named:
        return home, others
    source = f"{command.envelope.pillar}:{command.envelope.partner_id}"
    holders = {cnr: held.case_id for cnr in named if (held := cases.get(("cnr", cnr))) is not None}
    clubbed = {cnr: case_id for cnr, case_id in holders.items() if case_id != home.case_id}
    may_send_on = sends_on(home)
    shown = {cnr for cnr, case_id in clubbed.items() if may_send_on and sends_on(others[case_id])}
    going_on = [cnr for cnr in related(content, GOES_ON) if cnr not in clubbed] if may_send_on else []
    case = gone_on(home.case, content.case, going_on, source=source)
    for cnr in shown:
        case = tried_with(case, own, firs_of(others[clubbed[cnr]].case, cnr), source=source)
    after, alike = dict(others), home.labels.clubbed()
    for cnr, case_id in clubbed.items():
        other = after[case_id]
        learnt = tried_with(other.case, cnr, firs_of(case, own), source=source) if cnr in shown else other.case
        after[case_id] = replace(other, case=learnt, labels=other.labels.given(heard(other, alike)))
    return replace(home, case=case), after
