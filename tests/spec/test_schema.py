"""The models accept what the design shows and name every field for people."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from specrun.spec import (
    schema,
    schema_agents,
    schema_limits,
    schema_models,
    schema_proof,
    schema_settings,
)
from specrun.spec.fields import Doc
from specrun.spec.schema import SpecDoc, TaskDoc

MODULES = (schema, schema_agents, schema_limits, schema_models, schema_proof, schema_settings)
MODELS = sorted(
    {
        model
        for module in MODULES
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Doc) and model is not Doc
    },
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_has_words_and_an_example(model: type[BaseModel]) -> None:
    mute = [name for name, field in model.model_fields.items() if not field.description or not field.examples]
    assert mute == []


def test_both_forms_of_depends_on_mean_the_same() -> None:
    listed = TaskDoc.model_validate({"prompt": "x", "depends_on": ["a"]})
    mapped = TaskDoc.model_validate({"prompt": "x", "depends_on": {"a": None}})
    assert listed.depends_on == mapped.depends_on == {"a": None}


@pytest.mark.parametrize(
    "values",
    [{"priority": "1"}, {"priority": True}, {"title": 1}, {"timeout": ""}, {"timeout": "5"}, {"rerun": [1]}],
)
def test_nothing_is_converted(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TaskDoc.model_validate({"prompt": "x", **values})


@pytest.mark.parametrize("text", ["90s", "20m", "1h30m", "200ms", "0.5s", "none"])
def test_durations(text: str) -> None:
    assert TaskDoc.model_validate({"timeout": text}).timeout == text


@pytest.mark.parametrize("value", [True, False, "vars.deploy", "{{ a }}"])
def test_a_condition_is_a_word_or_an_expression(value: object) -> None:
    assert TaskDoc.model_validate({"when": value}).when is value


@pytest.mark.parametrize(
    "values",
    [{"when": 1}, {"when": ["a"]}, {"reads": []}, {"reads": "a"}, {"enabled": "no"}, {"freeze": None}],
)
def test_what_may_not_be_said_of_reruns(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TaskDoc.model_validate({"prompt": "x", **values})


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (TaskDoc, {"with_": {"a": 1}}),
        (schema.MovedDoc, {"from_": "a", "to": "b"}),
        (schema_proof.JudgeDoc, {"pass_": ["a"]}),
    ],
)
def test_names_of_the_program_are_no_keys(model: type[BaseModel], values: dict[str, object]) -> None:
    model.model_validate({key.removesuffix("_"): value for key, value in values.items()})
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_a_spec_may_have_no_tasks_and_tell_of_former_ones() -> None:
    values = {"version": 1, "name": "a", "tasks": {}, "moved": [{"from": "b", "to": "c"}], "removed": ["d"]}
    spec = SpecDoc.model_validate(values)
    assert [(move.from_, move.to) for move in spec.moved] == [("b", "c")]
    assert spec.removed == ["d"]
    for odd in ({"moved": [{"from": "b"}]}, {"moved": {"b": "c"}}, {"removed": ["B"]}, {"tasks": None}):
        with pytest.raises(ValidationError):
            SpecDoc.model_validate({**values, **odd})
