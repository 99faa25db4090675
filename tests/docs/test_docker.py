"""The container image's recipe and its compose file. No engine runs here: they are linted, read, and tried in parts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [
    line.split(maxsplit=1) for line in RECIPE.replace("\\\n", " ").splitlines() if line and not line.startswith("#")
]


def said(instruction: str) -> list[str]:
    """What follows each use of an instruction, in order."""
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def copied() -> list[str]:
    """What the build takes from the checkout."""
    return [source for rest in said("COPY") if not rest.startswith("--from") for source in rest.split()[:-1]]


def test_the_recipe_passes_the_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    linted = subprocess.run([linter, ROOT / "docker" / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_nobody_special_and_keeps_what_it_has_on_its_volume() -> None:
    user, _, group = said("USER")[-1].partition(":")
    assert user.isdigit() and group.isdigit()  # noqa: PT018 - one fact
    assert int(user) > 0
    [volume] = said("VOLUME")
    variables = dict(re.findall(r"(\w+)=(\S+)", said("ENV")[-1]))
    assert variables["ICJS_HOST"] == "0.0.0.0"  # noqa: S104 - inside a container
    assert variables["ICJS_DATABASE_URL"].startswith(f"sqlite:///{volume}/")
    assert variables["ICJS_KEYS_DIR"].startswith(f"{volume}/")
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_images_are_named_without_a_registry_and_requirements_are_hashed() -> None:
    assert {rest.split()[0] for rest in said("FROM")} == {"python:3.12-slim"}
    for installing in re.findall(r"pip install [^&\n]*", RECIPE.replace("\\\n", " ")):
        assert "--require-hashes" in installing or "--no-index --no-deps" in installing


def test_the_build_sees_what_it_copies_and_no_secrets() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    seen = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert {source.split("/")[0] for source in copied()} == seen


def test_a_wheel_built_from_what_is_copied_carries_contracts_and_migrations(tmp_path: Path) -> None:
    source = tmp_path / "src"
    for name in copied():
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, place)
    building = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(building, cwd=source, capture_output=True, check=True)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    assert "icjs_gateway/_contracts/courts/hearing-outcome/v1/schema.xsd" in carried
    assert "icjs_gateway/stores/migrations/env.py" in carried


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_follows_readyz(status: int, code: int) -> None:
    [check] = said("HEALTHCHECK")
    _, *arguments = json.loads(check.partition(" CMD ")[2])
    with answering("/readyz", status) as port:
        ended = subprocess.run(
            [sys.executable, *arguments], env={"ICJS_PORT": str(port)}, capture_output=True, check=False
        )
    assert ended.returncode == code, ended.stderr


@contextmanager
def answering(path: str, status: int) -> Iterator[int]:
    """A server on loopback that answers one address with a status."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == path else 404)
            self.end_headers()

        def log_message(self, *told: object) -> None:
            """Tests print nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_compose_file_is_one_confined_service_on_a_named_volume() -> None:
    text = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    file: dict[str, Any] = yaml.safe_load(text)
    [(_, gateway)] = file["services"].items()
    assert gateway["user"] == said("USER")[-1]
    assert gateway["read_only"] is True
    assert gateway["cap_drop"] == ["ALL"]
    named = {mount.split(":")[0]: mount.split(":")[1] for mount in gateway["volumes"]}
    [store] = file["volumes"]
    assert named[store] == said("VOLUME")[0]
    # Secrets come from a file that is never committed; what stands here is no secret.
    assert gateway["env_file"] in [
        Path(line).name for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line.endswith(".env")
    ]
    assert all(name.startswith("ICJS_") for name in gateway["environment"])
    assert not [line for line in text.splitlines() if re.search(r"^(?!\s*#).*(SECRET|PASSWORD|TOKEN)", line)]
    assert "# ICJS_ALLOWED_NETWORKS:" in text
