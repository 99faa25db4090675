"""Clients and servers are generated from every service description without an option, and compile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from icjs_gateway.registry.binding_names import binding_faults
from tests.clients.collisions import COLLIDING, FINE, IN_FILES_ALONE, schema
from tests.clients.surroundings import surrounded
from tests.clients.toolchain import jaxws_jars, need, run, runs
from tests.fakes import packaged

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]
CALL_BACKS = [each for each in packaged().all_outbound() if each.declaration.operation]
PILLARS = ("courts", "forensics", "police", "prisons", "prosecution")


def java_of(folder: Path, wsdl: str | Path) -> int:
    """Generate and compile; how many classes there are."""
    generated, classes = folder / "generated", folder / "classes"
    generated.mkdir()
    run(("wsimport", "-quiet", "-Xnocompile", "-d", generated, wsdl), folder)
    sources = sorted(generated.rglob("*.java"))
    run(("javac", "-proc:none", "-nowarn", "-encoding", "UTF-8", "-cp", jaxws_jars(), "-d", classes, *sources), folder)
    return len(sources)


async def test_java_is_generated_from_every_service_of_the_gateway(tmp_path: Path) -> None:
    need("jaxws")
    async with surrounded(tmp_path) as around:
        served = [pillar for pillar in PILLARS if await around.describes(pillar)]
        assert {"courts", "prisons", "prosecution"} <= set(served)
        for pillar in served:
            folder = tmp_path / pillar
            folder.mkdir()
            assert await asyncio.to_thread(java_of, folder, f"{around.gateway.url}/soap/{pillar}?wsdl") > 5


@pytest.mark.parametrize("contract", CALL_BACKS, ids=lambda contract: contract.id)
def test_java_is_generated_from_every_call_back(tmp_path: Path, contract) -> None:  # type: ignore[no-untyped-def]
    need("jaxws")
    assert java_of(tmp_path, contract.declaration.folder / "service.wsdl") > 5


@pytest.mark.parametrize("contract", CALL_BACKS, ids=lambda contract: contract.id)
def test_cpp_is_generated_from_every_call_back(tmp_path: Path, contract) -> None:  # type: ignore[no-untyped-def]
    need("gsoap")
    folder = contract.declaration.folder
    run(("wsdl2h", "-o", tmp_path / "service.h", "service.wsdl"), folder)
    run(("soapcpp2", "-2", "-SL", "-j", "-I/usr/share/gsoap/import", "service.h"), tmp_path)
    assert list(tmp_path.glob("*Service.cpp"))


@pytest.mark.parametrize("name", [*COLLIDING, *FINE])
def test_what_is_told_to_collide_is_what_xjc_and_javac_refuse(tmp_path: Path, name: str) -> None:
    need("jaxws")
    file = schema(tmp_path, (COLLIDING | FINE)[name])
    is_generated = runs(("xjc", "-quiet", "-d", tmp_path, file), tmp_path)
    sources = sorted(tmp_path.rglob("*.java"))
    compiler = ("javac", "-proc:none", "-cp", jaxws_jars(), "-d", tmp_path / "classes")
    is_good = is_generated and runs((*compiler, *sources), tmp_path)
    assert is_good is (name in FINE or name in IN_FILES_ALONE)
    assert bool(list(binding_faults(file))) is (name in COLLIDING)
