"""ULIDs: 26 characters that sort by the millisecond in which they were made; the rest of each is random.

Written here because five ids a message, by a library, cost more than the message's signature.
"""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_SHIFTS = range(120, -1, -10)
RANDOM_BYTES = 10


def ulid(milliseconds: int, randomness: bytes) -> str:
    """The ULID of this instant, counted from 1970, and of these ten random bytes."""
    value = milliseconds << 80 | int.from_bytes(randomness, "big")
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])
