"""Programs that a page quotes: behind `<!-- tests/clients/programs/... -->` stands that file, whole.

python -m tests.docs.quoted      writes the pages anew
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "clients.md"
QUOTED = re.compile(r"<!-- (tests/clients/programs/\S+) -->\n(?:```\w+\n.*?\n```\n)?", re.DOTALL)
_LANGUAGES = {".php": "php", ".java": "java", ".cs": "csharp", ".js": "js", ".cpp": "cpp"}


def quoting(page: str) -> str:
    """The page with every file that it names."""

    def whole(found: re.Match[str]) -> str:
        file = ROOT / found[1]
        return f"<!-- {found[1]} -->\n```{_LANGUAGES[file.suffix]}\n{file.read_text(encoding='utf-8').rstrip()}\n```\n"

    return QUOTED.sub(whole, page)


def quoted_files(page: str) -> list[str]:
    return [found[1] for found in QUOTED.finditer(page)]


if __name__ == "__main__":
    PAGE.write_text(quoting(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
