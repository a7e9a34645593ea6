"""Rules name what must hold, in values that are taken as they are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from specrun.spec.schema_models import ModelRuleDoc, ModelsDoc


def test_rules_in_their_order() -> None:
    doc = ModelsDoc.model_validate(
        {"rules": [{"complexity": "low", "model": "a"}, {"match": ["x"], "model": "b"}]}
    )
    assert [rule.model for rule in doc.rules] == ["a", "b"]
    assert doc.default is None


@pytest.mark.parametrize(
    "values", [{"match": ["x"]}, {"match": [], "model": "a"}, {"match": [" x"], "model": "a"}]
)
def test_what_is_no_rule(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelRuleDoc.model_validate(values)
