"""`--update-goldens`, as `make goldens` gives it, writes the golden files before the tests judge them."""

from __future__ import annotations

import pytest

from icjs_gateway.registry import load_contracts
from icjs_gateway.registry.samples import write_goldens
from tests.contracts import parse


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Write the golden files anew.")


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("--update-goldens", default=False):
        for contract in load_contracts().all():
            for file in write_goldens(contract, parse):
                print(f"written {file}")
        # Not above: the module's tests are collected as others are.
        from tests.contract.test_disclosure import write_tables

        for file in write_tables():
            print(f"written {file}")
