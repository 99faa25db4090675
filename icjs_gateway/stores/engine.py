"""Opening the database: the embedded SQLite, or a PostgreSQL that several gateways share.

Either way a commit is on disk before anybody is told. SQLite runs in WAL mode with `synchronous=FULL`; the `pysqlite3`
wheel carries a SQLite in which the WAL-reset bug (3.7.0 to 3.51.2) is fixed; Python's own is used, with a warning,
where the wheel is not to be had. PostgreSQL runs at READ COMMITTED with `synchronous_commit=on`, every wait bounded.

What a database does after its answer is not promised here: replicas that lag, and disks that lie about syncing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from icjs_gateway.model.errors import Misconfigured, StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.private_files import FOLDER, create_private, make_private

log = structlog.get_logger(__name__)
_WAL_SAFE = (3, 51, 3)
_POSTGRESQL = {
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}
_CONNECTIONS_BESIDE_WRITERS = 8
"""For reading, at once; more are opened for a peak and closed after it."""


def open_engine(url: str, *, writers: int = 1) -> Engine:
    """An engine on the store at this URL, with connections for so many writers.

    Raises Misconfigured for a database that is not served.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except ArgumentError:
        raise Misconfigured("ICJS_DATABASE_URL: not a database URL; e.g. sqlite:///var/icjs/gateway.db.") from None
    if kind == "sqlite":
        return _open_sqlite(parsed)
    if kind == "postgresql":
        return _open_postgresql(parsed, writers)
    raise Misconfigured(f"ICJS_DATABASE_URL: {kind} is not served; use sqlite:///PATH or postgresql://...")


def has_one_writer(engine: Engine) -> bool:
    """Whether one connection at a time writes to this store, as SQLite has it: then nobody races with anybody."""
    return engine.dialect.name == "sqlite"


def reader_of(engine: Engine) -> Engine:
    """The same store for reading: each transaction sees the store as of one moment, and never waits for a writer."""
    if has_one_writer(engine):
        return engine.execution_options(icjs_read_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def reading(reader: Engine) -> Iterator[Connection]:
    """A connection to read by, as of one moment. Raises StoreFailed when the database does not answer."""
    try:
        with reader.connect() as connection:
            yield connection
    except SQLAlchemyError as failure:
        raise StoreFailed("The store cannot be read now; ask again.") from failure


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Misconfigured("ICJS_DATABASE_URL: the store must be a file, e.g. sqlite:///var/icjs/gateway.db.")
    file = Path(url.database)
    try:
        file.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        # SQLite gives -wal, -shm and -journal the mode of the file that they belong to.
        create_private(file)
        for each in (file, *(file.with_name(f"{file.name}-{kind}") for kind in ("wal", "shm", "journal"))):
            if each.exists():
                make_private(each)
    except OSError as error:
        raise Misconfigured(f"ICJS_DATABASE_URL: {file} cannot be used: {error.strerror}.") from error
    engine = create_engine(url, module=_sqlite(), connect_args={"timeout": 30})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _open_postgresql(url: URL, writers: int) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL.items())
    defaults = {"application_name": "icjs-gateway", "connect_timeout": "10"}
    given = dict(url.query)
    # What the URL says of the session comes last, and wins.
    arguments = defaults | given | {"options": f"{options} {given.get('options', '')}".strip()}
    return create_engine(
        url.set(drivername="postgresql+psycopg", query={}),
        connect_args=arguments,
        isolation_level="READ COMMITTED",
        pool_size=writers + _CONNECTIONS_BESIDE_WRITERS,
        pool_pre_ping=True,
        pool_recycle=1800,
    )


def _sqlite() -> ModuleType:
    try:
        sqlite = import_module("pysqlite3.dbapi2")
    except ImportError:
        sqlite = import_module("sqlite3.dbapi2")
    version = tuple(int(part) for part in sqlite.sqlite_version.split("."))
    if version < _WAL_SAFE:
        log.warning(Action.SQLITE_IS_OLD.value, version=sqlite.sqlite_version, fixed_in="3.51.3")
    return sqlite


def _configure(connection: Any, _record: Any) -> None:
    # Transactions are begun by us (`_begin`), never by the driver in the middle of a statement.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=30000",
        "cache_size=-65536",
        "temp_store=MEMORY",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    read_only = connection.get_execution_options().get("icjs_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
