"""Who runs a command, where nobody is named: the user of the operating system."""

from __future__ import annotations

import getpass


def user() -> str:
    """The login name; `unknown` for a user that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
