"""Who asks, for what purpose, and by which question; what every inquiry needs of the world; and its leaf of the audit.

The leaf names who asked and which cases were shown, and holds no name of a person: a question by name is kept as the
digest of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from icjs_gateway.model.identifiers import Cnr, FirKey
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.case_index import court_case as registered
from icjs_gateway.routing.cases import Cases
from icjs_gateway.routing.directory import Partner, Pillar
from icjs_gateway.routing.live import LiveDesk, Source
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Evidence
from icjs_gateway.routing.status.question import Question

Tree = dict[str, Any]
RECORD = "gateway-record"


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryPorts:
    """What answering needs. `partners` are the active ones; `live` asks their own systems."""

    cases: Cases
    disclosure: Disclosure
    evidence: Evidence
    clock: Clock
    partners: Callable[[], tuple[Partner, ...]]
    live: LiveDesk


def question_of(by: Mapping[str, Any], default_state: str | None) -> Question:
    """From the `by` of a request that its contract has admitted."""
    fir, court_case = by.get("fir"), by.get("court_case")
    key = None
    if fir is not None and (state := fir.get("state") or default_state) is not None:
        key = FirKey(state, fir["police_station_code"], int(fir["number"]), fir["year"])
    return Question(
        pid=by.get("pid"),
        ptn=by.get("ptn"),
        cnr=Cnr(by["cnr"]) if "cnr" in by else None,
        fir=key,
        court_case=registered(**court_case) if court_case else None,
        name=by.get("name"),
    )


def sources_of(pillar: Pillar, ports: InquiryPorts, *, covers: Callable[[Partner], bool]) -> tuple[Partner, ...]:
    """The partners of a pillar whose own systems would know."""
    return tuple(partner for partner in ports.partners() if partner.pillar is pillar and covers(partner))


_GATEWAY = {"id": "icjs-gateway", "rank": "gateway", "office": "icjs-gateway"}


def live_question(request: Tree, *, pids: Sequence[str] = ()) -> Tree:
    """What a source is asked: by the number of the one inmate meant, where that is known, and not who asked.

    A source learns from a question no more than it needs to answer: a name or a FIR only where no PID is known.
    """
    by = {"pid": pids[0]} if len(pids) == 1 else request["by"]
    return request | {"live": False, "by": by, "requested_by": _GATEWAY}


def withheld_trees(withheld: Counter[tuple[str, str]]) -> list[Tree]:
    """What was left out, as an answer tells it."""
    return [{"rule": rule, "path": path, "count": count} for (rule, path), count in sorted(withheld.items())]


async def note(
    ports: InquiryPorts,
    kind: str,
    asker: Partner,
    request: Mapping[str, Any],
    *,
    cases: Sequence[str],
    withheld: Counter[tuple[str, str]],
    sources: Sequence[Source] = (),
) -> None:
    """Keep the leaf of a read: committed before the answer leaves, in one transaction with whatever else waits."""
    by = repr(sorted((name, str(value)) for name, value in request.get("by", {}).items()))
    facts: dict[str, Any] = {
        "partner": asker.id,
        "request_id": request.get("request_id"),
        "purpose": request.get("purpose"),
        "requested_by": request.get("requested_by"),
        "by": sorted(request.get("by", {})),
        "by_digest": hashlib.sha256(by.encode()).hexdigest(),
        "cases": sorted(set(cases)),
        "withheld": [list(key) for key in sorted(withheld)],
        "sources": {source.name: source.state.value for source in sources},
    }
    await ports.evidence.note(kind, {name: value for name, value in facts.items() if value})
