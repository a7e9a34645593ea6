"""Agents and thresholds stand in the settings, and nowhere else."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from specrun.core.safety import Thresholds
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc, ThresholdsDoc


def test_only_the_settings_have_agents_and_thresholds() -> None:
    assert set(SettingsDoc.model_fields) - set(SpecDoc.model_fields) == {"agents", "thresholds"}


def test_thresholds_are_those_of_the_core_where_nothing_is_said() -> None:
    assert Thresholds(**ThresholdsDoc.model_validate({}).model_dump()) == Thresholds()
    said = {"reruns": 1, "reruns_from": 1, "stops": 0}
    assert ThresholdsDoc.model_validate(said).model_dump() == said


@pytest.mark.parametrize(
    "odd",
    [
        {"reruns": 1.1},
        {"reruns": -0.1},
        {"reruns": float("nan")},
        {"reruns_from": 0},
        {"stops": -1},
        {"x": 1},
    ],
)
def test_thresholds_beyond_reason(odd: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ThresholdsDoc.model_validate(odd)
