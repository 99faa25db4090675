"""Whether a recipient can be served in the outbound contract that it asks for."""

from __future__ import annotations

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.authority.mark import AUTHORITY
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.directory import CLOUDEVENTS, Deliver, Partner


def fault_of(deliver: Deliver, partner: Partner, contracts: Contracts) -> str | None:
    """Why not, or None. A contract has places for what its own recipients may see, and for nothing else."""
    if deliver.contract == CLOUDEVENTS:
        return None
    try:
        contract = contracts.outbound(deliver.contract)
    except NotFound as fault:
        return f"{deliver.contract}: {fault.detail} {fault.findings[0].hint}"
    if deliver.channel != "file" and contract.wire != deliver.channel:
        return f"{contract.id} goes by {contract.wire.value}, not by {deliver.channel}"
    if partner.recipient_class not in contract.recipients:
        served = ", ".join(sorted(contract.recipients))
        return f"{contract.id} is for {served}, not for {partner.recipient_class.value}"
    return None


def shows_no_mark(deliver: Deliver, contracts: Contracts) -> bool:
    """Whether an outbound contract is of a version that cannot say that nobody verified an order."""
    try:
        return deliver.contract != CLOUDEVENTS and AUTHORITY in contracts.outbound(deliver.contract).without
    except NotFound:
        return False
