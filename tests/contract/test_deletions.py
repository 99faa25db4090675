"""Nothing can be taken out of a mapping table unnoticed."""

from __future__ import annotations

import pytest

from icjs_gateway.registry.compiled import CompiledContract
from tests.contract.deletions import play, table_of
from tests.contracts import contracts


@pytest.mark.parametrize("contract", contracts().all(), ids=lambda contract: contract.id)
def test_every_deletion_is_noticed_by_the_tests_of_its_contract(contract: CompiledContract) -> None:
    verdicts = play(contract)
    assert len(verdicts) >= 30
    survivors = [verdict for verdict in verdicts if verdict.noticed is None]
    assert not survivors, table_of(survivors)
