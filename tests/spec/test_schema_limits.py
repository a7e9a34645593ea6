"""Shares and words of limits are held to what they may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from specrun.spec.schema_limits import BudgetDoc, RetryDoc


def test_jitter_is_a_share() -> None:
    assert RetryDoc.model_validate({"jitter": 1}).jitter == 1.0
    for odd in (-0.1, 1.1, float("nan"), "1"):
        with pytest.raises(ValidationError):
            RetryDoc.model_validate({"jitter": odd})


def test_a_budget_says_what_happens_at_its_end() -> None:
    assert BudgetDoc.model_validate({"limit": "5 USD"}).on_exceed == "pause"
    for odd in ({"on_exceed": "go on"}, {"limit": 5}, {"unknown_price": True}):
        with pytest.raises(ValidationError):
            BudgetDoc.model_validate(odd)
