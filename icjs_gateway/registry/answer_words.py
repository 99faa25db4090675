"""Reading `canonical/answers.yaml`: the words of recipients' answers."""

from __future__ import annotations

from pathlib import Path

from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.routing.answer_words import AnswerWords, Said, folded

ANSWERS = Path("canonical") / "answers.yaml"


def load_answer_words(folder: Path) -> AnswerWords:
    """Of a folder of contracts. Raises Misconfigured, also for a word in two lists."""
    root = read_yaml(folder / ANSWERS)
    members = root.members(required=("number", "no_number", "final_faults", "passing_faults", *Said))
    words: dict[str, Said] = {}
    for said in Said:
        for word in members[said].items():
            if words.setdefault(folded(word.text()), said) is not said:
                raise word.wrong(f"{word.text()} stands under {words[folded(word.text())]} too")
    lists = {
        name: tuple(folded(word) for word in members[name].texts())
        for name in ("number", "no_number", "final_faults", "passing_faults")
    }
    return AnswerWords(
        words=words,
        number_members=lists["number"],
        no_number=frozenset(lists["no_number"]),
        final_faults=frozenset(lists["final_faults"]),
        passing_faults=frozenset(lists["passing_faults"]),
    )
