"""What a partner may do: push, ask, receive; and for whom it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from icjs_gateway.model.errors import Forbidden
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.directory import Partner

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


def require_jurisdiction(partner: Partner, attributes: Mapping[str, str]) -> None:
    """Raises Forbidden unless the document speaks for what is the partner's.

    The State, where the jurisdiction names one, must be the document's. Of the lists that narrow it at least one must
    hold what the document names; what a document leaves unsaid lies in no list. A jurisdiction that names nothing at
    all covers nothing.
    """
    jurisdiction = partner.jurisdiction
    state_is_theirs = jurisdiction.state is None or attributes.get("state") == jurisdiction.state
    lists = {name: values for name, member in _NARROWED_BY.items() if (values := getattr(jurisdiction, member))}
    listed = any(attributes.get(name) in values for name, values in lists.items())
    if state_is_theirs and (listed or (not lists and jurisdiction.state is not None)):
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
