"""Nothing can be taken out of a mapping table unnoticed."""

from __future__ import annotations

import pytest

from tests.contract.deletions import play, table_of


@pytest.mark.full
@pytest.mark.timeout(900)
def test_every_deletion_is_noticed_by_the_tests_of_its_contract() -> None:
    verdicts = play()
    print(table_of(verdicts))
    assert len({verdict.deletion.contract.id for verdict in verdicts}) >= 3
    assert len(verdicts) >= 30
    survivors = [verdict for verdict in verdicts if verdict.noticed is None]
    assert not survivors, table_of(survivors)
