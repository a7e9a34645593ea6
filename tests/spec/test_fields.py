"""Names that become arguments or paths cannot be taken for something else."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from specrun.spec.fields import ENV_NAME, FILE, ID, MODEL, PATH, RULE, SCRIPT, VERDICT, WORD, ModelName, free


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (ID, ["a", "a-b_1"], ["", "A", "-a", "a b", "a" * 64]),
        (ENV_NAME, ["A", "_a1"], ["1A", "A-B", ""]),
        (MODEL, ["opus", "openai/gpt-5.1", "sonnet[1m]", "qwen:32b", "@cf/x"], ["", "-m", "a b", "a\nb"]),
        (RULE, ["Bash(git *)", "a"], ["", "-a", " a", "a\nb"]),
        (WORD, ["a", "code review"], ["", " ", " a", "a "]),
        (VERDICT, ["a", "1", "not-yet_2"], ["", "A", "-a", "a b", "a" * 64]),
        (SCRIPT, ["a", " a\nb"], ["", " ", "\n\t"]),
        (
            PATH,
            ["a", "a.b", "*", "a.*.b", "^.a", "a b.0"],
            ["", ".", "a.", ".a", "a..b", "^", "^a", "a|b", "{a}"],
        ),
        (
            FILE,
            ["a", "a/b.json", ".x/settings.json"],
            ["", "/a", "../a", "a/../b", "a//b", "a/", "~/x y", "..."],
        ),
    ],
)
def test_patterns(pattern: str, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not re.search(pattern, text)] == []
    assert [text for text in bad if re.search(pattern, text)] == []


def test_the_models_judge_as_the_patterns_do() -> None:
    names = TypeAdapter(ModelName)
    assert names.validate_python("opus") == "opus"
    for text in ("-m", "a b", "opus\n"):
        with pytest.raises(ValidationError):
            names.validate_python(text)


def test_free_keys_stay_free_beside_other_words() -> None:
    assert free(minProperties=1)["json_schema_extra"] == {
        "patternProperties": {"^x-": {}},
        "minProperties": 1,
    }
