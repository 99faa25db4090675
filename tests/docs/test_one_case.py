"""The page of one case through all five pillars works as it stands."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.acceptance.gateway import installed
from tests.docs.test_how_to import BLOCK, PAGES, run

SECRETS = {
    f"HP_{name}_SECRET": f"{name.lower()}-0123456789abcdef"
    for name in ("POLICE", "COURTS", "JAIL", "SFSL", "PROSECUTION")
}
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page shows curl")


@pytest.mark.timeout(180)
async def test_one_case_from_the_fir_to_the_judgment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    page = (PAGES / "one-case.md").read_text(encoding="utf-8")
    [partners] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    gateway = installed(tmp_path, **SECRETS)
    await gateway.apply(partners)
    await gateway.start()
    try:
        said = await run(BLOCK.findall(page), gateway)
    finally:
        await gateway.stop()
    receipts = [json.loads(line) for line in said.splitlines() if line.startswith("{") and '"receipt' not in line]
    pushed = [each for each in receipts if "outcome" in each]
    assert [each["outcome"] for each in pushed] == ["accepted"] * 16, said
    assert len({event["case_id"] for each in pushed for event in each["events"]}) == 1, "it is one case"
    assert "order to release" in said
    assert "OTHER_CASE" in said
    [feed] = [each for each in receipts if "events" in each and "outcome" not in each]
    told = [(event["type"], event["data"].get("release", {}).get("ground")) for event in feed["events"]]
    assert ("icjs.release.ordered.v1", "ACQUITTAL") in told
    assert "icjs.custody.ordered.v1" in {name for name, _ in told}
