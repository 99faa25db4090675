"""A gateway that cannot start says why in one line, and ends with 1."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from icjs_gateway.simulators.process import embedded, installed_command
from tests.acceptance.gateway import installed
from tests.support.certificates import self_signed


def serve(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ICJS_")}
    return subprocess.run(
        [*installed_command(), "serve"],
        env=inherited | embedded(folder) | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("fronts", ["0", "1"])
def test_a_wrong_contract_stops_the_start(tmp_path: Path, fronts: str) -> None:
    wrong = tmp_path / "contracts" / "x"
    wrong.mkdir(parents=True)
    (wrong / "contract.yaml").write_text("id: [", encoding="utf-8")
    ended = serve(tmp_path, ICJS_CONTRACTS=str(tmp_path / "contracts"), ICJS_FRONTS=fronts)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "contract.yaml" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_in_use_stops_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = serve(tmp_path, ICJS_PORT=str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"Cannot listen on 127.0.0.1 port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("fronts", ["0", "1"])
def test_live_in_plain_http_stops_the_start(tmp_path: Path, fronts: str) -> None:
    ended = serve(tmp_path, ICJS_ENVIRONMENT="live", ICJS_HOST="0.0.0.0", ICJS_FRONTS=fronts)  # noqa: S104
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "ICJS_TLS_CERT" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("fronts", ["0", "1"])
async def test_the_gateway_serves_over_tls_with_fronts_too(tmp_path: Path, fronts: str) -> None:
    certificate, key = self_signed(tmp_path)
    files = {"ICJS_TLS_CERT": str(certificate), "ICJS_TLS_KEY": str(key)}
    gateway = installed(tmp_path / "gateway", ICJS_FRONTS=fronts, ICJS_TRUSTED_PROXIES="127.0.0.1/32", **files)
    gateway.folder.mkdir()
    url = await gateway.start()
    try:
        assert url.startswith("https://")
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(certificate))) as client:
            assert (await client.get(f"{url}/livez")).status_code == 200
            described = (await client.get(f"{url}/soap/courts?wsdl")).text
            assert f'location="{url}/soap/courts"' in described
            by_proxy = {"Host": "gateway.example", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
            described = (await client.get(f"{url}/soap/courts?wsdl", headers=by_proxy)).text
            assert 'location="http://gateway.example/soap/courts"' in described
    finally:
        await gateway.stop()
