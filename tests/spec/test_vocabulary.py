"""The nearest known word, the words of other tools, the words of later."""

from __future__ import annotations

import pytest

from specrun.core.project import KINDS
from specrun.spec.schema import SpecDoc, TaskDoc
from specrun.spec.schema_agents import AgentDoc
from specrun.spec.schema_limits import BudgetDoc, PermissionsDoc, RetryDoc
from specrun.spec.schema_proof import CheckDoc, JudgeDoc, ProjectDoc, RewindDoc
from specrun.spec.schema_settings import SettingsDoc, ThresholdsDoc
from specrun.spec.vocabulary import FOREIGN, INSTEAD, RESERVED, listed, meant, nearest


def test_typos_and_foreign_words_lead_to_the_right_one() -> None:
    assert nearest("promt", ["prompt", "title"]) == "prompt"
    assert nearest("runAfter", TaskDoc.model_fields) == "depends_on"
    assert nearest("xyzzy", TaskDoc.model_fields) == ""
    assert nearest("x" * 5000, TaskDoc.model_fields) == ""


def test_a_foreign_word_means_what_is_known_where_it_stands() -> None:
    assert nearest("command", AgentDoc.model_fields) == "argv"
    assert nearest("command", TaskDoc.model_fields) == "prompt"
    assert nearest("allowed_tools", PermissionsDoc.model_fields) == "allow"


@pytest.mark.parametrize(
    ("word", "known", "ours"),
    [
        ("validations", TaskDoc.model_fields, "checks"),
        ("scope", TaskDoc.model_fields, "touches"),
        ("output_schema", TaskDoc.model_fields, "outputs"),
        ("verdict", TaskDoc.model_fields, "judge"),
        ("cmd", CheckDoc.model_fields, "run"),
        ("cwd", CheckDoc.model_fields, "path"),
        ("cwd", TaskDoc.model_fields, "workspace"),
        ("passed", ["pass", "fail"], "pass"),
        ("passed", ["succeeded", "failed"], "succeeded"),
        ("rejected", ["pass", "fail"], "fail"),
        ("paths", SpecDoc.model_fields, "project"),
        ("golang", KINDS, "go"),
        ("task", RewindDoc.model_fields, "to"),
    ],
)
def test_words_around_proof(word: str, known: list[str], ours: str) -> None:
    assert nearest(word, known) == ours


@pytest.mark.parametrize(
    ("word", "known", "ours"),
    [
        ("if", TaskDoc.model_fields, "when"),
        ("condition", TaskDoc.model_fields, "when"),
        ("disabled", TaskDoc.model_fields, "enabled"),
        ("skip", TaskDoc.model_fields, "enabled"),
        ("frozen", TaskDoc.model_fields, "freeze"),
        ("sources", TaskDoc.model_fields, "reads"),
        ("file_dep", TaskDoc.model_fields, "reads"),
        ("renamed", SpecDoc.model_fields, "moved"),
        ("deleted", SpecDoc.model_fields, "removed"),
        ("old", ["from", "to"], "from"),
        ("new", ["from", "to"], "to"),
        ("guards", SettingsDoc.model_fields, "thresholds"),
        ("max_stops", ThresholdsDoc.model_fields, "stops"),
    ],
)
def test_words_around_reruns(word: str, known: list[str], ours: str) -> None:
    assert nearest(word, known) == ours


def test_words_of_later_say_what_there_is_instead() -> None:
    assert set(INSTEAD) <= RESERVED


def test_the_words_of_other_tools_lead_to_words_of_ours() -> None:
    ours = {*SpecDoc.model_fields, *AgentDoc.model_fields, *PermissionsDoc.model_fields}
    ours |= {"with", *TaskDoc.model_fields, *BudgetDoc.model_fields, *RetryDoc.model_fields}
    ours |= {"succeeded", "failed", "finished", "pass", "fail"}
    ours |= {*CheckDoc.model_fields, *JudgeDoc.model_fields, *ProjectDoc.model_fields}
    ours |= {*RewindDoc.model_fields, *KINDS, "from", *SettingsDoc.model_fields, *ThresholdsDoc.model_fields}
    assert {word for words in FOREIGN.values() for word in words.split()} <= ours


def test_advice_names_the_nearest_or_all() -> None:
    assert meant("shel", ["claude", "shell"]) == 'did you mean "shell"?'
    assert meant("xyzzy", ["b", "a"]) == "known: a, b"
    assert listed([]) == "none"
    assert listed([str(number) for number in range(9)]) == "0, 1, 2, 3, 4, 5, 6, 7, …"


def test_no_word_is_both_known_and_something_else() -> None:
    known = {*SpecDoc.model_fields, *TaskDoc.model_fields, *AgentDoc.model_fields} - {"success"}
    known |= {"pass", "fail", *KINDS}
    assert known.isdisjoint(RESERVED)
    assert known.isdisjoint(FOREIGN)
    assert RESERVED.isdisjoint(FOREIGN)
