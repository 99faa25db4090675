"""What a partner may do: push, ask, receive; and for whom it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from icjs_gateway.model.errors import Forbidden
from icjs_gateway.model.findings import Finding
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


def require_jurisdiction(partner: Partner, attributes: Mapping[str, str]) -> None:
    """Raises Forbidden when the document speaks for a State, station or establishment that is not the partner's.

    An attribute that the document does not name is not judged; a list that the jurisdiction leaves empty does not
    narrow. A jurisdiction that names nothing at all covers nothing.
    """
    outside = sorted(name for name, value in attributes.items() if not _covers(partner.jurisdiction, name, value))
    if outside:
        raise Forbidden(
            f"The document speaks for what is outside the jurisdiction of {partner.id}.",
            [
                Finding(
                    code="JURISDICTION",
                    found=attributes[name],
                    expected=f"a {name} of the jurisdiction of {partner.id}",
                )
                for name in outside
            ],
        )


def _covers(jurisdiction: Jurisdiction, name: str, value: str) -> bool:
    if name == "state":
        return (jurisdiction.state is None and _is_narrowed(jurisdiction)) or jurisdiction.state == value
    listed: tuple[str, ...] = getattr(jurisdiction, _NARROWED_BY[name])
    if listed:
        return value in listed
    return jurisdiction.state is not None or _is_narrowed(jurisdiction)


def _is_narrowed(jurisdiction: Jurisdiction) -> bool:
    return any(getattr(jurisdiction, attribute) for attribute in _NARROWED_BY.values())
