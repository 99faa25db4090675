"""One decode in progress: what was found so far, and where.

Places cost one small tuple a group on the way down and are written out only when there is something to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from icjs_gateway.mappings.checks import CHECKS, Complaint, Judge
from icjs_gateway.mappings.codecs import Unfit
from icjs_gateway.mappings.contradictions import Contradiction
from icjs_gateway.mappings.unsigned import INVALID, Unsigned
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.text import normalise

FINDINGS_MAX = 200
FOUND_CHARS_MAX = 80

_NAMES_A_FIR = frozenset({"fir-number", "state"})
_LEFT_OUT = "kept as written; the case was not looked for by this FIR"

Place = tuple[Any, Row, int] | None
"""(place of the group around, row, index in it); None is the document's root, an index of -1 the list as a whole."""


class Reading:
    """Collects findings. `root` is the name that XPaths start with; None makes JSON pointers."""

    __slots__ = ("errors", "findings", "names", "remembered", "root")

    def __init__(self, root: str | None) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.errors = 0
        self.names = 0
        """Of these errors: how many are FIR numbers and States that could not be read."""
        self.remembered: dict[str, str] = {}

    def unfit(self, error: ValueError, place: Place, row: Row, index: int, line: int | None, found: Any) -> None:
        """A codec could not read a value."""
        expected = error.expected if isinstance(error, Unfit) else str(error).removeprefix("expected ")
        code = error.code if isinstance(error, Unfit) else "VALUE-INVALID"
        found = str(found)[:FOUND_CHARS_MAX] if found not in (None, "") else None
        self.names += row.codec in _NAMES_A_FIR and bool((found or "").strip())
        self.tell(code, place, row, index, line, expected=expected, found=found)

    def left_out(self, mark: tuple[int, int, int]) -> bool:
        """Whether what was read since `mark` cannot be read for the FIR numbers and States in it alone. Then its
        errors become warnings, and it is left out."""
        findings, errors, names = mark
        if self.errors == errors or self.errors - errors != self.names - names:
            return False
        self.findings[findings:] = [
            replace(each, code="FIR-UNREAD", severity=Severity.WARN, hint=_LEFT_OUT)
            if each.severity is Severity.ERROR
            else each
            for each in self.findings[findings:]
        ]
        self.errors, self.names = errors, names
        return True

    @property
    def mark(self) -> tuple[int, int, int]:
        """Where reading is: how many findings, errors, and unread names there are."""
        return len(self.findings), self.errors, self.names

    def tell(
        self,
        code: str,
        place: Place,
        row: Row,
        index: int,
        line: int | None,
        *,
        severity: Severity = Severity.ERROR,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        at: Place = (place, row, index)
        self._add(code, at, line, severity=severity, expected=expected, found=found, hint=hint)

    def complain(self, complaint: Complaint, place: Place, row: Row | None, line: int | None) -> None:
        """What a check found about a group, or a row of it."""
        self._add(
            complaint.code,
            place if row is None else (place, row, 0),
            line,
            severity=complaint.severity,
            expected=complaint.expected,
            found=complaint.found,
            hint=complaint.hint,
        )

    def contradict(self, contradiction: Contradiction, at: Place, line: int | None) -> None:
        """One place at which a document says something else than at another."""
        self._add(
            contradiction.code,
            at,
            line,
            severity=contradiction.severity,
            expected=contradiction.expected,
            found=contradiction.found[:FOUND_CHARS_MAX],
            hint=contradiction.hint,
        )

    def warn(self, unsigned: Unsigned, at: Place, line: int | None) -> None:
        """An order that went on with a mark."""
        found = unsigned.status if unsigned.status == INVALID else None
        self._add(
            unsigned.code,
            at,
            line,
            severity=Severity.WARN,
            expected=unsigned.expected,
            found=found,
            hint=unsigned.hint,
        )

    def _add(self, code: str, at: Place, line: int | None, **members: Any) -> None:
        self.errors += members["severity"] is Severity.ERROR
        if len(self.findings) < FINDINGS_MAX:
            wire_path = wire_path_of(at, self.root)
            self.findings.append(Finding(code=code, path=path_of(at), wire_path=wire_path, line=line, **members))


def within(out: dict[str, Any], steps: list[str]) -> dict[str, Any]:
    """The member at the end of these steps, made on the way where it is missing."""
    for step in steps:
        out = out.setdefault(step, {})
    return out


def as_written(texts: Iterable[object]) -> str:
    """The texts of a group as one, in the order in which they were written."""
    return ", ".join(filter(None, (normalise(str(each)) for each in texts if each is not None)))


def path_of(at: Place) -> str | None:
    """`hearing.accused[2].name`."""
    names: list[str] = []
    while at is not None:
        at, row, index = at
        if row.further is not None and index > 0:
            names.append(f"{row.further}[{index - 1}]")
        else:
            names.append(f"{row.to}[{index}]" if row.many and index >= 0 else row.to)
        if row.inside is not None:
            names.append(row.inside)
    return ".".join(reversed(names)) or None


def wire_path_of(at: Place, root: str | None) -> str:
    """`/HearingOutcome/Hearing/Accused[3]/Name`, or `/fir/accused/2/name`."""
    steps: list[str] = []
    while at is not None:
        at, row, index = at
        if row.wire == ".":
            continue
        if root is None:
            indexed = row.repeats and index >= 0
            steps.append(f"{pointer_step(row.wire)}/{index}" if indexed else pointer_step(row.wire))
        else:
            steps.append(f"{row.wire}[{index + 1}]" if row.repeats else row.wire)
    return "/".join(["" if root is None else f"/{root}", *reversed(steps)]) or "/"


def pointer_step(name: str) -> str:
    """A member's name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def judges_of(group: Group) -> tuple[Judge, ...]:
    """The checks of a group, ready to run. Raises Misconfigured."""
    judges = []
    for check in group.checks:
        make = CHECKS.get(check.name)
        if make is None:
            raise check.where.wrong(f"no check {check.name}; there are {', '.join(CHECKS)}")
        options: Mapping[str, Any] = check.options
        here = [row for row in group.rows if row.inside is None]
        members = {name for row in here for name in (row.to, row.raw, row.unread)}
        for value in _named(options):
            if value not in members:
                raise check.where.wrong(f"no member {value} in this group")
        try:
            judges.append(make(**options))
        except TypeError as error:
            raise check.where.wrong(f"check {check.name}: {str(error).partition('() ')[2]}") from None
    return tuple(judges)


_WORDS = {"code", "codes", "expected", "hint"}


def _named(options: Mapping[str, Any]) -> Iterable[str]:
    """The members that a check's options name."""
    for option, value in options.items():
        if option not in _WORDS:
            yield from value if isinstance(value, list) else [value]
