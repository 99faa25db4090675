"""The partners file of a simulated State: who pushes, who receives, with which invented secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import yaml

from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.receiver import Receiver

COURTS = "hp-courts"
POLICE = "hp-police"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Fresh for every run: secrets are the one thing that a seed does not decide."""

    courts: str = field(default_factory=token_urlsafe)
    courts_soap: str = field(default_factory=token_urlsafe)
    police: str = field(default_factory=token_urlsafe)


def partners_file(secrets: Secrets, receivers: Sequence[Receiver], *, retry: Sequence[float]) -> str:
    """YAML for `partners apply`, secrets inline, which only the demo environment allows.

    `retry` is the schedule of every subscription, in seconds.
    """
    courts = _partner(COURTS, "District Courts, Himachal Pradesh", "courts") | {
        "credentials": [
            {"type": "client-secret", "client_id": COURTS, "secret": secrets.courts},
            {"type": "ws-security", "username": COURTS, "password": secrets.courts_soap},
        ],
        "may": {"push": ["courts.*"], "purposes": ["TRIAL"]},
    }
    police = _partner(POLICE, "Himachal Pradesh Police", "police") | {
        "credentials": [{"type": "client-secret", "client_id": POLICE, "secret": secrets.police}],
        "may": {"push": ["police.*"], "receive": ["icjs.*"], "purposes": ["INVESTIGATION"]},
        "subscriptions": [_subscription(receiver, retry) for receiver in receivers],
    }
    return str(yaml.safe_dump({"partners": [courts, police]}, allow_unicode=True, sort_keys=False))


def _partner(partner_id: str, name: str, pillar: str) -> dict[str, Any]:
    return {"id": partner_id, "name": name, "pillar": pillar, "jurisdiction": {"state": STATE}}


def _subscription(receiver: Receiver, retry: Sequence[float]) -> dict[str, Any]:
    return {
        "id": receiver.name,
        "filter": receiver.interest.as_filter(),
        "deliver": {
            "channel": "webhook",
            "url": receiver.url,
            "secret": receiver.secret,
            "contract": "cloudevents",
        },
        "retry": list(retry),
    }
