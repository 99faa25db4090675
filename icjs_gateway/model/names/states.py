"""Codes of States and Union Territories, with those that an earlier or another list has for the same State.

`states.csv` has one row a State: its code on number plates, by which the gateway compares, and its `former_codes`:
plates of former years (OR, UA; TS until 2024), ISO 3166-2:IN (CT, UT, TS, DH), Union Territories merged in 2020 (DN).
"""

from __future__ import annotations

from icjs_gateway.model.names.rows import rows

STATES = {row["code"]: row["name"] for row in rows("states")}
"""By code: the name of every State and Union Territory."""

FORMER_CODES = {former: row["code"] for row in rows("states") for former in row["former_codes"].split()}
"""By another code of a State: the one by which it is compared."""


def canonical_state(code: str) -> str:
    """The code by which a State is compared: its own for a former one, any other as it is, in capitals."""
    code = code.strip().upper()
    return FORMER_CODES.get(code, code)


def state_of_letters(code: str) -> str:
    """The State that the first two letters of a court's code tell, in silence: those of a High Court tell none."""
    return canonical_state(code[:2])
