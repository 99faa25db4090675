"""Sending: get an answer to one message and write it down, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from icjs_gateway.client import NoAnswer, Problem, Receipt
from icjs_gateway.simulators.ledgers import SenderLedger, Sent


async def answered(ledger: SenderLedger, entry: Sent, push: Callable[[], Awaitable[Receipt]]) -> None:
    """Push a message and write the answer into its entry; without one the entry stays open, to be repeated.

    The client repeats by itself within its bound. The same message may come here again after that: a receipt
    that was given before is given again, and anything else would be a second effect.
    """
    try:
        receipt = await push()
    except NoAnswer:
        return
    except Problem as problem:
        ledger.close(entry, problem=problem)
        return
    ledger.close(entry, receipt=receipt)
