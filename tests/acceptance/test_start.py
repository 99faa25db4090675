"""A gateway that cannot start says why in one line, and ends with 1."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from icjs_gateway.simulators.process import embedded, installed_command


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
