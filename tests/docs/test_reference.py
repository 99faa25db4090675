"""The reference says what the code does: pages made from it, and every finding's code explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from icjs_gateway.cli import build
from icjs_gateway.settings import reference
from tests.docs.codes import codes
from tests.docs.reference import FOLDER, MEANINGS, PAGES, documented_codes

ROOT = Path(__file__).parents[2]
PROSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_makes_it(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), (
        f"docs/reference/{name} is stale: run make docs"
    )


def test_every_code_of_a_finding_has_a_meaning_and_no_meaning_is_left_over() -> None:
    made, explained = set(codes()), documented_codes()
    assert made - explained == set(), f"say in one line what they mean in {MEANINGS.name}, then run make docs"
    assert explained - made == set(), f"nothing makes these any more: take them out of {MEANINGS.name}, run make docs"


@pytest.mark.parametrize("file", PROSE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)\s#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []


@pytest.mark.parametrize("file", [*PROSE, ROOT / "contracts" / "README.md"], ids=lambda file: file.name)
def test_every_command_setting_and_target_that_a_page_names_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    commands = typer.main.get_command(build()).commands
    names = {f"{name} {part}" for name, each in commands.items() for part in getattr(each, "commands", ())}
    named = set(re.findall(r"icjs-gateway ([a-z][a-z-]*(?: [a-z]+(?=[ `\n]))?)", text))
    assert {
        name for name in named if name not in names and name.split()[0] not in set(commands) - _groups(names)
    } == set()
    assert set(re.findall(r"ICJS_[A-Z_]+", text)) <= {name for name, _, _ in reference()}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(re.findall(r"`+[^`]+`+", text))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


def _groups(names: set[str]) -> set[str]:
    return {name.split()[0] for name in names}
