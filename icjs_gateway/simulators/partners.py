"""The partners file of a simulated State: who pushes, who receives, with which invented secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import yaml

from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.recipients import Recipient
from icjs_gateway.simulators.systems import PILLARS

COURTS = "hp-courts"
POLICE = "hp-police"
SOAP_PILLARS = ("courts", "prisons", "prosecution")
"""Those whose systems speak XML and SOAP."""

_NAMES = {
    "police": "Himachal Pradesh Police",
    "courts": "District Courts, Himachal Pradesh",
    "prisons": "Prisons Department, Himachal Pradesh",
    "forensics": "State Forensic Science Laboratory",
    "prosecution": "Directorate of Prosecution",
}


_PURPOSES = {
    "police": "INVESTIGATION",
    "courts": "TRIAL",
    "prisons": "CUSTODY",
    "forensics": "EXAMINATION",
    "prosecution": "PROSECUTION",
}


def partner_id(pillar: str) -> str:
    """Of the system that pushes for a pillar."""
    return f"hp-{pillar}"


def _fresh() -> dict[str, str]:
    return {pillar: token_urlsafe() for pillar in PILLARS}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Fresh for every run, by pillar: secrets are the one thing that a seed does not decide."""

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
    pushing = [_pushing(pillar, secrets) for pillar in PILLARS]
    police = next(each for each in pushing if each["id"] == POLICE)
    police["subscriptions"] = [_subscription(receiver, retry) for receiver in receivers]
    told = [recipient.entry(STATE) | {"retry": list(retry)} for recipient in recipients]
    whole = {"matrix": [STATE], "partners": [*pushing, *told]}
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))


def _pushing(pillar: str, secrets: Secrets) -> dict[str, Any]:
    client = partner_id(pillar)
    credentials = [{"type": "client-secret", "client_id": client, "secret": secrets.clients[pillar]}]
    if pillar in SOAP_PILLARS:
        credentials.append({"type": "ws-security", "username": client, "password": secrets.soap[pillar]})
    return {
        "id": client,
        "name": _NAMES[pillar],
        "pillar": pillar,
        "jurisdiction": {"state": STATE},
        "credentials": credentials,
        "may": {"push": [f"{pillar}.*"], "query": ["*"], "receive": ["icjs.*"], "purposes": [_PURPOSES[pillar]]},
    }


def _subscription(receiver: Receiver, retry: Sequence[float]) -> dict[str, Any]:
    return {
        "id": receiver.name,
        "filter": receiver.interest.as_filter(),
        "deliver": receiver.deliver(),
        "retry": list(retry),
    }
