"""Agents stand in the settings, and nowhere else."""

from __future__ import annotations

from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc


def test_only_the_settings_have_agents() -> None:
    assert set(SettingsDoc.model_fields) - set(SpecDoc.model_fields) == {"agents"}
