"""Tests that the reference of fields has all of them, and finds each by its path."""

from __future__ import annotations

import pytest

from specrun.core.impact import Impact
from specrun.errors import UsageProblem
from specrun.spec.handbook import Handbook, find, handbook, order_of
from specrun.spec.impacts import IMPACTS
from specrun.spec.schema import SpecDoc, TaskDoc
from specrun.spec.schema_settings import SettingsDoc

SPEC = handbook("spec")
SETTINGS = handbook("settings")


def names(book: Handbook, section: str) -> set[str]:
    return {one.name for one in book.sections[section].fields}


def test_every_key_of_the_models_is_there_once_with_its_class() -> None:
    told = {
        f"{kind}.{name}" for book in (SPEC, SETTINGS) for kind in book.sections for name in names(book, kind)
    }
    assert told == set(IMPACTS)
    assert names(SPEC, "task") == {(one.alias or name) for name, one in TaskDoc.model_fields.items()}
    assert SPEC.root.name == "spec"
    assert names(SPEC, "spec") == set(SpecDoc.model_fields)
    assert names(SETTINGS, "settings") == set(SettingsDoc.model_fields)


def test_a_field_tells_all_that_its_model_says() -> None:
    found = find(SPEC, "tasks.retry.limit").field
    assert (found.kind, found.default, found.required) == ("whole number from 0 to 100", 0, False)
    assert (found.examples, found.impact) == ((2,), Impact.LIVE)
    assert found.description == "Extra attempts after the first."
    assert find(SPEC, "tasks.ID.timeout").field.pattern.startswith("^none$|")
    assert find(SPEC, "tasks").field.required


@pytest.mark.parametrize(
    ("path", "meant", "section"),
    [
        ("tasks.retry", "tasks.ID.retry", "task"),
        ("tasks.api.retry.limit", "tasks.ID.retry.limit", "retry"),
        ("retry.limit", "retry.limit", "retry"),
        ("task.prompt", "task.prompt", "task"),
        ("budget.per_task", "budget.per_task", "budget"),
        ("models.rules.match", "models.rules[].match", "model_rule"),
        ("models.rules[].match", "models.rules[].match", "model_rule"),
        ("tasks.depends_on.api.on", "tasks.ID.depends_on.ID.on", "edge"),
        ("checks.run", "checks[].run", "check"),
        ("env.CI", "env", "spec"),
        ("project.paths.web.test", "project.paths.FOLDER.test", "commands"),
        ("domains.back.retry", "domains.NAME.retry", "domain"),
    ],
)
def test_a_path_leads_to_its_field_with_or_without_the_keys_that_people_choose(
    path: str, meant: str, section: str
) -> None:
    found = find(SPEC, path)
    assert (found.path, found.section) == (meant, section)


def test_what_a_field_holds_comes_with_it() -> None:
    assert [one.name for one in find(SPEC, "tasks.judge").sections] == ["judge"]
    assert find(SPEC, "name").sections == ()
    assert SPEC.sections["retry"].places == ("retry", "domains.NAME.retry", "tasks.ID.retry")
    assert SETTINGS.sections["event"].places == ("agents.NAME.meter.events[]",)


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("taks", 'did you mean "tasks"?'),
        ("tasks.api.retry.limt", 'did you mean "limit"?'),
        ("tasks.prompt.x", "tasks.ID.prompt holds no fields"),
        ("", "name one, such as tasks.prompt"),
        (".", "name one, such as tasks.prompt"),
        ("task.promt", 'did you mean "prompt"?'),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_what_was_meant(path: str, fix: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        find(SPEC, path)
    assert caught.value.fix.startswith(fix)


def test_kinds_come_as_a_reader_meets_them_each_once() -> None:
    models = {
        "top": {"properties": {"a": {"$ref": "#/$defs/OneDoc"}, "b": {"items": {"$ref": "#/$defs/TwoDoc"}}}},
        "one": {"properties": {"again": {"$ref": "#/$defs/TopDoc"}}},
        "two": {},
    }
    assert order_of(models, "top") == ("top", "one", "two")  # type: ignore[arg-type]
