"""The models accept what the design shows and name every field for people."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from specrun.spec import schema, schema_agents, schema_models, schema_proof, schema_settings
from specrun.spec.fields import Doc
from specrun.spec.schema import TaskDoc

MODELS = sorted(
    {
        model
        for module in (schema, schema_agents, schema_models, schema_proof, schema_settings)
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
