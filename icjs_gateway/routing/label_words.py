"""The words by which labels came to cases and marks to persons, and those that a person took back. Pure.

A word is one ground of one label that one message gave (`label:CHILD_VICTIM/age of victims`), or the mark of one
accused as a child, by a number that the message gives (`child:fir:HP/2011007/112/2026/A1`). Each is a claim in the name
of its speaker. A word that was taken back counts as if the message had never said it; what others say counts on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from icjs_gateway.model.case import Case, Number
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.labels import Ground, Labelling

NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """What a message said of labels and children that counts no more, by the case to which it said so: subjects as
    `label_subject` and `child_subject` write them."""

    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def without(self, case_id: str, grounds: frozenset[Ground]) -> frozenset[Ground]:
        """The grounds that count in a case."""
        taken_back = self.words.get(case_id, NO_WORDS)
        if not taken_back:
            return grounds
        return frozenset(each for each in grounds if label_subject(each) not in taken_back)

    def is_child(self, case_id: str, numbers: Iterable[Number]) -> bool:
        """Whether the mark of somebody with these numbers counts in a case."""
        taken_back = self.words.get(case_id, NO_WORDS)
        return not taken_back or not any(child_subject(each) in taken_back for each in numbers)


EVERYTHING_COUNTS = Unsaid()


def label_subject(ground: Ground) -> str:
    """A ground of a label, as the subject of a claim."""
    return f"label:{ground[0]}/{ground[1]}"


def child_subject(number: Number) -> str:
    """A child among the accused, as the subject of a claim."""
    return f"child:{'/'.join(number)}"


def children_of(case: Case) -> frozenset[str]:
    """The accused of a case who are marked as children, by every number of theirs, as subjects of claims."""
    return frozenset(child_subject(number) for person in case.persons if person.is_child for number in person.numbers)


def label_of(subject: str) -> str | None:
    """The label that the subject of a claim is a ground of; None where it marks a child."""
    kind, _, word = subject.partition(":")
    return word.partition("/")[0] if kind == "label" else None


def ground_of(subject: str) -> Ground:
    """From what `label_subject` gave."""
    label, _, ground = subject.removeprefix("label:").partition("/")
    return label, ground


def grounds_given(before: Labelling, now: Labelling) -> Iterator[Ground]:
    """The grounds on which labels stand that did not stand on them before, in order."""
    if now is before:
        return
    for label in sorted(now.on):
        for ground in sorted(now.on[label] - before.on.get(label, frozenset())):
            yield label, ground


def words_of(files: Iterable[tuple[Labelling, CaseFile]]) -> tuple[tuple[str, str], ...]:
    """(case, subject) of every ground that cases have and had not before: pairs of what was and of the case now."""
    return tuple(
        (now.case_id, label_subject(ground)) for before, now in files for ground in grounds_given(before, now.labels)
    )
