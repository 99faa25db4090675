"""Every pillar is told in its own words: one case from FIR to judgment, five recipients, five contracts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from icjs_gateway.client import GatewayClient
from icjs_gateway.simulators.whole_lives import WholeLife, whole_life
from tests.acceptance.gateway import serving
from tests.support.own_words import OwnWords
from tests.support.waiting import eventually

PILLARS = ("police", "courts", "prisons", "forensics", "prosecution")
TOLD = (
    ("police", "police.case-update.v1", "json"),
    ("courts", "courts.notice.v1", "soap"),
    ("prisons", "prisons.order.v1", "soap"),
    ("forensics", "forensics.request.v1", "json"),
    ("prosecution", "prosecution.notice.v1", "xml"),
)


def secret(pillar: str) -> str:
    return f"secret-of-hp-{pillar}-systems"


def partners(recipients: Sequence[OwnWords], life: WholeLife) -> str:
    where: dict[str, dict[str, Any]] = {
        "prisons": {"jails": sorted({jail for step in life.steps for jail in step.about.jails})},
        "forensics": {"laboratories": [life.about.laboratory]},
    }
    pushing = [
        {
            "id": f"hp-{pillar}",
            "name": pillar,
            "pillar": pillar,
            "jurisdiction": {"state": "HP"} | where.get(pillar, {}),
            "credentials": [{"type": "client-secret", "client_id": f"hp-{pillar}", "secret": secret(pillar)}],
            "may": {"push": [f"{pillar}.*"], "receive": ["icjs.*"]},
            "deliver": next(each.deliver for each in recipients if each.partner == f"hp-{pillar}"),
        }
        for pillar in PILLARS
    ]
    return str(yaml.safe_dump({"matrix": ["HP"], "partners": pushing}, allow_unicode=True))


async def push(url: str, life: WholeLife) -> None:
    async with AsyncExitStack() as open_ones:
        clients = {
            pillar: await open_ones.enter_async_context(GatewayClient(url, f"hp-{pillar}", secret(pillar)))
            for pillar in PILLARS
        }
        for step in life.steps:
            await clients[step.pillar].push(step.contract, step.body, media_type=step.media_type)


async def test_every_pillar_is_told_in_its_own_words(tmp_path: Path) -> None:
    life = whole_life(7, 3)
    police, court, jail, laboratory, prosecution = recipients = [
        OwnWords(contract, channel, f"hp-{pillar}") for pillar, contract, channel in TOLD
    ]
    calls: Counter[str] = Counter()

    def busy_at_first(notice: Mapping[str, Any]) -> web.Response:
        calls[notice["messageId"]] += 1
        if calls.total() == 1:
            return court.said("<Status>BUSY</Status><Reason>the reader has it open</Reason>")
        return court.taken(notice)

    def not_the_charge_sheet(notice: Mapping[str, Any]) -> web.Response:
        if notice["eventType"] == "icjs.final-report.filed.v1":
            return prosecution.said("<Status>REJECTED</Status><Reason>no prosecutor for this court</Reason>")
        return prosecution.taken(notice)

    court.answer, prosecution.answer = busy_at_first, not_the_charge_sheet
    async with AsyncExitStack() as open_ones:
        for each in recipients:
            await open_ones.enter_async_context(each)
        gateway = await open_ones.enter_async_context(serving(tmp_path, partners(recipients, life)))
        await push(gateway.url, life)
        await eventually(lambda: "icjs.final-report.filed.v1" in prosecution.kinds, within_s=60)
        await eventually(lambda: "icjs.court-case.disposed.v1" in police.kinds, within_s=60)
        await eventually(lambda: "icjs.final-report.filed.v1" in court.kinds, within_s=60)
        await eventually(lambda: "icjs.bail.ordered.v1" in jail.kinds, within_s=60)
        await eventually(lambda: "icjs.exhibit.forwarded.v1" in laboratory.kinds, within_s=60)
        await eventually(lambda: calls.total() > len(calls), within_s=60)  # the one refused as busy came once more
        [dead] = [json.loads(line) for line in (await gateway.run("dead-letters", "--json")).splitlines()]
    assert (dead["type"], dead["outcome"]) == ("icjs.final-report.filed.v1", "rejected")
    assert (dead["attempts"], dead["remark"]) == (1, "no prosecutor for this court")
    assert calls.most_common(1)[0][1] == 2
    assert [fault for each in recipients for fault in each.faults] == []
