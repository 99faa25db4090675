"""For every test: Hypothesis tries the same examples each time, so that a run says of the code and not of luck.

`HYPOTHESIS_PROFILE=searching` looks for new ones; `make test-full` does.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
