"""Locks for several writers on one PostgreSQL. On SQLite one connection writes at a time, and there is nothing to do.

Three classes of locks, always taken in this order, and within a class in sorted order, so that no two transactions
ever wait for each other:

1. names: a message's identity, and case identifiers that no case holds yet. Nothing is in the store to be locked, so
   these are advisory locks on a hash of the name (`lock_names`);
2. cases: their rows, `SELECT ... ORDER BY case_id FOR UPDATE`;
3. lanes: their rows, likewise.

Every lock is held until the commit. A statement that starts when its locks are held sees whatever their former holders
committed (READ COMMITTED): so everything a decision rests on is read after the locks, never before.

Where what has to be locked only shows in the middle of a transaction, the transaction gives up (`LostRace`) and is
done again from its start. A deadlock all the same, a lock that was not granted in time, a name that another one took
first and a lost connection are retried alike (`may_succeed_again`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.sql.expression import bindparam

_RETRYABLE = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock detected
        "53200",  # out of memory: the table of locks is full; a smaller batch may fit
        "55P03",  # lock not available in time
    }
)


class LostRace(Exception):
    """Another writer changed what this transaction relied on: roll back and do it again."""


def has_rivals(connection: Connection) -> bool:
    """Whether other transactions may write at the same time."""
    return connection.dialect.name == "postgresql"


def lock_names(connection: Connection, names: Iterable[str]) -> None:
    """Hold these names until the commit."""
    keys = sorted({name_key(name) for name in names})
    if keys and has_rivals(connection):
        connection.execute(_LOCK_NAMES, {"keys": keys})


_LOCK_NAMES = select(
    func.count(func.pg_advisory_xact_lock(func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")))
)


def name_key(name: str) -> int:
    """The number of the advisory lock on a name. Two names with one key cost a wait, and nothing else."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def may_succeed_again(failure: Exception) -> bool:
    """Whether the same transaction may succeed when it is done again."""
    if isinstance(failure, LostRace | IntegrityError):
        return True
    if isinstance(failure, DBAPIError):
        return failure.connection_invalidated or getattr(failure.orig, "sqlstate", None) in _RETRYABLE
    return False


def reason(failure: Exception) -> str:
    """In a word, for the log: the database's code, or the kind of failure. Never its text, which may name data."""
    orig = failure.orig if isinstance(failure, DBAPIError) else None
    return getattr(orig, "sqlstate", None) or type(failure).__name__
