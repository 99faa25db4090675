"""Who may be served in which outbound contract: a fault of the partners file, with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.matrix import load_matrix
from icjs_gateway.registry.purposes import load_purposes
from icjs_gateway.stores.partners_file import read_partners
from tests.fakes import packaged

JAIL = {
    "channel": "soap",
    "url": "https://jail.example/in",
    "contract": "prisons.order.v1",
    "username": "gateway",
    "secret_env": "S",
}


def applied(folder: Path, **deliver: Any) -> None:
    wanted = {name: value for name, value in (JAIL | deliver).items() if value is not None}
    partner = {
        "id": "hp-jail",
        "name": "Jail",
        "pillar": "prisons",
        "jurisdiction": {"jails": ["HPDJ04"]},
        "subscriptions": [{"id": "orders", "deliver": wanted}],
    }
    file = folder / "partners.yaml"
    file.write_text(yaml.safe_dump({"partners": [partner]}), encoding="utf-8")
    matrix = load_matrix(packaged_contracts())
    read_partners(
        file, {"S": "s" * 16}, matrix=matrix, contracts=packaged(), purposes=load_purposes(), inline_secrets=False
    )


def test_a_jail_is_served_in_its_contract(tmp_path: Path) -> None:
    applied(tmp_path)


@pytest.mark.parametrize(
    ("deliver", "fault"),
    [
        ({"contract": "prisons.letter.v1"}, "There is no such outbound contract. there are cloudevents, courts.notice"),
        ({"contract": "courts.notice.v1"}, "courts.notice.v1 is for court-trial, not for prison-custody"),
        ({"channel": "xml", "username": None}, "prisons.order.v1 goes by soap, not by xml"),
        ({"contract": None}, "soap is served in an outbound contract, like police.case-update.v1"),
        ({"channel": "webhook", "username": None}, "webhook is served in cloudevents"),
        ({"username": None}, "soap has a username"),
        ({"channel": "json", "username": None, "must_understand": True}, "must_understand is of a SOAP header"),
        ({"url": None}, "soap has a url"),
        ({"url": "ftp://jail.example/icjs"}, "a URL is http:// or https:// and a host"),
        ({"url": "https:///icjs"}, "a URL is http:// or https:// and a host"),
        ({"url": "https://jail.example:99999/icjs"}, "Port out of range"),
        ({"url": "https://user:word@jail.example/icjs"}, "a URL holds no user or password"),
        ({"channel": "pull", "contract": None, "username": None, "secret_env": None}, "pull has no url"),
    ],
)
def test_a_delivery_that_cannot_be_is_a_fault_of_the_file(tmp_path: Path, deliver: dict[str, Any], fault: str) -> None:
    with pytest.raises(Misconfigured, match=re.escape(fault)):
        applied(tmp_path, **deliver)
