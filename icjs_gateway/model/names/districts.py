"""Names of districts, with those that they had before.

`districts.csv` has one row a district that was renamed, or is written in two ways: its State, its name, and
`former_names` between bars. A name counts within its State: Aurangabad of Bihar was not renamed. A district that was
divided has no row: what was the old one's is not all the new one's.

Districts are compared, never rewritten: a FIR keeps the name that its station wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from icjs_gateway.model.names.rows import rows


@cache
def folded(name: str) -> str:
    """What two spellings of one name share: its letters and digits, in one case."""
    return "".join(each for each in name.casefold() if each.isalnum())


def _by_name() -> dict[tuple[str, str], frozenset[str]]:
    found = {}
    for row in rows("districts"):
        names = frozenset(map(folded, (row["name"], *row["former_names"].split("|"))))
        found.update({(row["state"], name): names for name in names})
    return found


_SPELLINGS = _by_name()


@cache
def spellings_of(district: str, state: str | None) -> frozenset[str]:
    """Every name of a district of this State, folded; of one whose State is unknown its own name alone."""
    own = folded(district)
    return _SPELLINGS.get((state, own), frozenset((own,))) if state is not None else frozenset((own,))


def is_listed(district: str | None, state: str | None, listed: Iterable[str]) -> bool:
    """Whether a list of names of districts has this one, by any of its names."""
    if district is None:
        return False
    names = spellings_of(district, state)
    return any(folded(each) in names for each in listed)
