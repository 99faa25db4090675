"""Files and folders of the gateway that nobody but its own user reads: the store, the keys."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.actions import Action

FILE, FOLDER = 0o600, 0o700
log = structlog.get_logger(__name__)


def create_private(file: Path) -> None:
    """Make an empty file that only its owner reads, whatever the umask, unless there is one. Raises OSError."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
    except FileExistsError:
        return
    os.close(descriptor)


def make_private(path: Path) -> None:
    """Take what others may do with a file or folder away from them, and tell the log. Raises Misconfigured where it
    belongs to another user, and cannot be mended."""
    wanted = FOLDER if path.is_dir() else FILE
    mode = path.stat().st_mode & 0o777
    if not mode & ~wanted:
        return
    try:
        path.chmod(mode & wanted)
    except OSError as error:
        raise Misconfigured(
            f"{path} may be read or written by others (mode {mode:04o}) and is not this user's to change; give it mode "
            f"{wanted:04o}, and to the gateway's user."
        ) from error
    log.warning(Action.FILE_WAS_OPEN.value, path=str(path), mode=f"{mode:04o}", now=f"{mode & wanted:04o}")
