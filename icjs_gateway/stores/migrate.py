"""Creating and upgrading the schema. Of gateways that start together on PostgreSQL, one does it and the others wait."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from icjs_gateway.stores.locking import has_rivals, lock_names

_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version; nothing happens where it is there already."""
    config = _config()
    with engine.begin() as connection:
        if has_rivals(connection):
            # A change of a large table takes its time, and so does waiting for another gateway's.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        lock_names(connection, ["schema"])
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def standing(engine: Engine) -> tuple[str | None, str | None]:
    """(the version the store has, the version this gateway wants); None for an empty store."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()
