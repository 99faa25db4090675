"""Opening the database: the embedded SQLite with full durability.

SQLite runs in WAL mode with `synchronous=FULL`: a commit is on disk before anybody is told. The `pysqlite3` wheel
carries a SQLite in which the WAL-reset bug (3.7.0 to 3.51.2) is fixed; Python's own is used, with a warning, where the
wheel is not to be had.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine, event, make_url

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.actions import Action

log = structlog.get_logger(__name__)
_WAL_SAFE = (3, 51, 3)


def open_engine(url: str) -> Engine:
    """An engine on the store at this URL. Raises Misconfigured for a database that is not served."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise Misconfigured(f"ICJS_DATABASE_URL: {parsed.get_backend_name()} is not served; use sqlite:///PATH.")
    if not parsed.database or parsed.database == ":memory:":
        raise Misconfigured("ICJS_DATABASE_URL: the store must be a file, e.g. sqlite:///var/icjs/gateway.db.")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    module = _sqlite()
    engine = create_engine(url, module=module, connect_args={"timeout": 30})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def reader_of(engine: Engine) -> Engine:
    """The same store for reading: its transactions never take the write lock, and never wait for the writer."""
    return engine.execution_options(icjs_read_only=True)


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
