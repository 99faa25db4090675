"""The partners file of a simulated State: who pushes, who receives, with which invented secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import yaml

from icjs_gateway.simulators.places import NEIGHBOUR, STATE
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.recipients import Recipient
from icjs_gateway.simulators.systems import NEIGHBOURS, PILLARS

COURTS = "hp-courts"
POLICE = "hp-police"
SOAP_PILLARS = ("courts", "prisons", "prosecution")
"""Those whose systems speak XML and SOAP; those of the other State do so by HTTP alone."""

_NAMES = {
    "police": "Himachal Pradesh Police",
    "courts": "District Courts, Himachal Pradesh",
    "prisons": "Prisons Department, Himachal Pradesh",
    "forensics": "State Forensic Science Laboratory",
    "prosecution": "Directorate of Prosecution",
    "pb-police": "Punjab Police",
    "pb-courts": "District Courts, Punjab",
    "pb-prisons": "Prisons Department, Punjab",
}


_PURPOSES = {
    "police": "INVESTIGATION",
    "courts": "TRIAL",
    "prisons": "CUSTODY",
    "forensics": "EXAMINATION",
    "prosecution": "PROSECUTION",
}


def partner_id(system: str) -> str:
    """Of the system that pushes for a pillar, or of one of the other State."""
    return system if system in NEIGHBOURS else f"hp-{system}"


def _fresh() -> dict[str, str]:
    return {system: token_urlsafe() for system in (*PILLARS, *NEIGHBOURS)}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Fresh for every run, by system: secrets are the one thing that a seed does not decide."""

    clients: dict[str, str] = field(default_factory=_fresh)
    soap: dict[str, str] = field(default_factory=_fresh)

    @property
    def police(self) -> str:
        return self.clients["police"]


def partners_file(
    secrets: Secrets,
    receivers: Sequence[Receiver],
    recipients: Sequence[Recipient] = (),
    *,
    retry: Sequence[float],
) -> str:
    """YAML for `partners apply`, secrets inline, which only the demo environment allows.

    `receivers` are subscriptions of the police's own; `recipients` partners that have theirs by the matrix. `retry` is
    the schedule of every subscription, in seconds.
    """
    pushing = [_pushing(system, secrets) for system in (*PILLARS, *NEIGHBOURS)]
    police = next(each for each in pushing if each["id"] == POLICE)
    police["subscriptions"] = [_subscription(receiver, retry) for receiver in receivers]
    told = [recipient.entry() | {"retry": list(retry)} for recipient in recipients]
    whole = {"matrix": [STATE, NEIGHBOUR], "partners": [*pushing, *told]}
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))


def _pushing(system: str, secrets: Secrets) -> dict[str, Any]:
    client, pillar = partner_id(system), system.rpartition("-")[2]
    credentials = [{"type": "client-secret", "client_id": client, "secret": secrets.clients[system]}]
    if system in SOAP_PILLARS:
        credentials.append({"type": "ws-security", "username": client, "password": secrets.soap[system]})
    return {
        "id": client,
        "name": _NAMES[system],
        "pillar": pillar,
        "jurisdiction": {"state": NEIGHBOUR if system in NEIGHBOURS else STATE},
        "credentials": credentials,
        "may": {"push": [f"{pillar}.*"], "query": ["*"], "receive": ["icjs.*"], "purposes": [_PURPOSES[pillar]]},
    }


def _subscription(receiver: Receiver, retry: Sequence[float]) -> dict[str, Any]:
    return {
        "id": receiver.name,
        "filter": receiver.interest.as_filter(),
        "deliver": receiver.deliver(),
        "retry": list(retry if receiver.retry_s is None else receiver.retry_s),
    }
