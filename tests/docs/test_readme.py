"""What the README shows works as it stands: its partners file, its curl lines, its zeep and verifying code."""

from __future__ import annotations

import asyncio
import re
import textwrap
from pathlib import Path
from typing import Any

import httpx
import pytest

from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import installed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECRETS = {
    name: f"{name.lower()}-0123456789abcdef"
    for name in ("HP_COURTS_SECRET", "HP_COURTS_WSS", "HP_POLICE_SECRET", "HP_POLICE_HOOK")
}


def block(language: str, holding: str) -> str:
    """The one code block of a language that holds some words."""
    [found] = [code for code in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if holding in code]
    return textwrap.dedent(found)


async def token(gateway: GatewayProcess, client: httpx.AsyncClient, name: str, secret: str) -> str:
    answer = await client.post(
        f"{gateway.url}/oauth2/token", data={"grant_type": "client_credentials"}, auth=(name, SECRETS[secret])
    )
    return str(answer.json()["access_token"])


async def test_the_first_push_the_zeep_client_and_the_verification_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    gateway = installed(tmp_path, **SECRETS)
    await gateway.apply(block("yaml", "hp-police-cases"))
    await gateway.start()
    try:
        async with httpx.AsyncClient() as client:
            receipts = await push_as_the_curl_lines_do(gateway, client)
            jwks = (await client.get(f"{gateway.url}/.well-known/jwks.json")).json()
            verify: dict[str, Any] = {}
            exec(block("python", "def verify"), verify)  # noqa: S102 - the README's own code is what is tested
            [(receipt, sent)] = [each for each in receipts if each[0]["contract"].startswith("courts.")]
            verify["verify"](receipt, sent, jwks)
            with pytest.raises(Exception, match=r".*"):
                verify["verify"](receipt | {"outcome": "parked"}, sent, jwks)
        code = block("python", "from zeep import Client").replace("http://127.0.0.1:8080", gateway.url)
        shown: list[Any] = []
        await asyncio.to_thread(exec, code, {"print": lambda *values: shown.extend(values)})
        assert shown == ["accepted", ["icjs.hearing.recorded.v1"]]
    finally:
        await gateway.stop()


async def push_as_the_curl_lines_do(
    gateway: GatewayProcess, client: httpx.AsyncClient
) -> list[tuple[dict[str, Any], bytes]]:
    lines = block("sh", "--data-binary")
    receipts = []
    for who, secret, media, file, contract in re.findall(
        r"token (\S+) \$(\w+)\).*?Content-Type: (\S+)'.*?--data-binary @(\S+) \\?\s*\$GATEWAY/v1/messages/(\S+)",
        lines.replace("\\\n", " "),
        re.DOTALL,
    ):
        body = (ROOT / file).read_bytes()
        headers = {"Authorization": f"Bearer {await token(gateway, client, who, secret)}", "Content-Type": media}
        answer = await client.post(f"{gateway.url}/v1/messages/{contract}", content=body, headers=headers)
        assert answer.status_code == 202, answer.text
        assert answer.json()["outcome"] == "accepted"
        receipts.append((answer.json(), body))
    assert len(receipts) == 2
    return receipts


def test_every_file_that_the_readme_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
