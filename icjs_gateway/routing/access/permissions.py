"""What a partner may do: push, ask, receive; and for whom it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from icjs_gateway.model.errors import Forbidden
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.names.districts import is_listed
from icjs_gateway.routing.authority.speaker import LIST_OF_PLACES, Speaker
from icjs_gateway.routing.directory import Jurisdiction, Partner

_NARROWED_BY = {
    "district": "districts",
    "station": "stations",
    "establishment": "establishments",
    "jail": "jails",
    "laboratory": "laboratories",
}


def allowed(patterns: Iterable[str], name: str) -> bool:
    """Whether any glob covers the name; `*` spans dots, comparison is case-sensitive."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def require_push(partner: Partner, contract_id: str) -> None:
    """Raises Forbidden unless the partner may push this contract."""
    if not allowed(partner.may.push, contract_id):
        raise Forbidden(
            f"{partner.id} may not push {contract_id}; ask the gateway's operator for `may.push`.",
            [
                Finding(
                    code="PUSH-NOT-ALLOWED",
                    found=contract_id,
                    hint="listed in the partners file under may.push",
                )
            ],
        )


def require_query(partner: Partner, contract_id: str, purpose: str | None) -> None:
    """Raises Forbidden unless the partner may ask this, and for this purpose."""
    if not allowed(partner.may.query, contract_id):
        raise Forbidden(
            f"{partner.id} may not ask {contract_id}; ask the gateway's operator for `may.query`.",
            [Finding(code="QUERY-NOT-ALLOWED", found=contract_id, hint="listed in the partners file under may.query")],
        )
    require_purpose(partner, purpose)


def require_purpose(partner: Partner, purpose: str | None) -> None:
    """Raises Forbidden unless the purpose is one of the partner's."""
    if purpose not in partner.may.purposes:
        raise Forbidden(
            f"{partner.id} may not ask for this purpose; ask the gateway's operator for `may.purposes`.",
            [
                Finding(
                    code="PURPOSE-NOT-ALLOWED",
                    found=purpose,
                    expected=" or ".join(partner.may.purposes) or "a purpose of the partner's; none is listed",
                )
            ],
        )


CASES = "cases"
"""What `may.query` calls reading a case."""


def require_cases(partner: Partner, purpose: str | None) -> str:
    """The purpose for which a partner reads cases: the one that is stated, or else the only one that it has.

    Raises Forbidden unless the partner may read cases, and for this purpose.
    """
    _require_reads(partner)
    if purpose is not None or len(partner.may.purposes) == 1:
        stated = purpose or partner.may.purposes[0]
        require_purpose(partner, stated)
        return stated
    if not partner.may.purposes:
        raise Forbidden(
            f"{partner.id} has no purpose for which it reads cases; ask the gateway's operator for `may.purposes`.",
            [Finding(code="PURPOSE-NOT-ALLOWED", hint="listed in the partners file under may.purposes")],
        )
    raise Forbidden(
        f"{partner.id} has several purposes; state the one for which the case is read.",
        [
            Finding(
                code="PURPOSE-NOT-STATED",
                expected=" or ".join(partner.may.purposes),
                hint="stated by the header ICJS-Purpose, or by ?purpose=",
            )
        ],
    )


def require_files(partner: Partner, purpose: str | None) -> str | None:
    """The purpose for which a partner fetches a file, where one is stated or it has only one.

    None is needed: a file belongs to an event that the partner was sent, and an order to release must not wait for it.
    Raises Forbidden unless the partner may read cases, and where a purpose is stated, for this one.
    """
    if purpose is not None or len(partner.may.purposes) == 1:
        return require_cases(partner, purpose)
    _require_reads(partner)
    return None


def _require_reads(partner: Partner) -> None:
    """As whoever may receive events of cases, or by `may.query`."""
    if not (partner.may.receive or allowed(partner.may.query, CASES)):
        raise Forbidden(
            f"{partner.id} may not read cases; ask the gateway's operator for `may.query: [cases]`.",
            [Finding(code="QUERY-NOT-ALLOWED", found=CASES, hint="listed in the partners file under may.query")],
        )


def require_jurisdiction(partner: Partner, attributes: Mapping[str, str]) -> None:
    """Raises Forbidden unless the document speaks for what is the partner's.

    The State, where the jurisdiction names one, must be the document's. Of the lists that narrow it at least one must
    hold what the document names; what a document leaves unsaid lies in no list. A jurisdiction that names nothing at
    all covers nothing.
    """
    jurisdiction = partner.jurisdiction
    state_is_theirs = not jurisdiction.names_a_state or jurisdiction.has_state(attributes.get("state"))
    lists = {name: values for name, member in _NARROWED_BY.items() if (values := getattr(jurisdiction, member))}
    listed = any(
        is_listed(attributes.get(name), attributes.get("state"), values)
        if name == "district"
        else attributes.get(name) in values
        for name, values in lists.items()
    )
    if state_is_theirs and (listed or (not lists and jurisdiction.names_a_state)):
        return
    looked_at = ["state"] if not state_is_theirs else sorted(lists) or ["state"]
    raise Forbidden(
        f"The document speaks for what is outside the jurisdiction of {partner.id}.",
        [
            Finding(
                code="JURISDICTION",
                found=attributes.get(name),
                expected=f"a {name} of the jurisdiction of {partner.id}",
            )
            for name in looked_at
        ],
    )


def covers_place(jurisdiction: Jurisdiction, speaker: Speaker) -> bool:
    """Whether a wire surely carries the word of a place: its code is listed, or the place's whole State is.

    A district that a document names says nothing of the place that sent it.
    """
    if jurisdiction.names_a_state and not jurisdiction.has_state(speaker.state):
        return False
    narrows = any(getattr(jurisdiction, member) for member in _NARROWED_BY.values())
    listed = LIST_OF_PLACES.get(speaker.kind)
    is_listed = listed is not None and speaker.code in getattr(jurisdiction, listed)
    return is_listed or (jurisdiction.names_a_state and not narrows)
