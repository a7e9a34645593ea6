"""Every component has a class, and every work component a reason to show."""

from __future__ import annotations

from specrun.core.change import ReasonCode
from specrun.core.impact import CLASSES, REASONS, Impact, impact, reason


def test_work_components_can_be_named_as_reasons() -> None:
    work = {name for name, kind in CLASSES.items() if kind is Impact.WORK}
    assert set(REASONS) == work
    assert reason("env") == (ReasonCode.ENV_CHANGED, "")


def test_what_an_upstream_carried_is_work() -> None:
    assert impact("upstream:api") is Impact.WORK
    assert reason("upstream:api") == (ReasonCode.UPSTREAM_OUTPUT_CHANGED, "api")


def test_how_an_agent_is_run_is_live() -> None:
    for name in ("budget", "inherit_config", "max_turns", "model", "permissions", "retry"):
        assert impact(name) is Impact.LIVE


def test_checks_are_verified_and_where_a_judge_sends_work_back_is_live() -> None:
    assert {name for name, kind in CLASSES.items() if kind is Impact.VERIFY} == {"checks", "protect"}
    assert impact("rewind") is Impact.LIVE
    assert impact("judge") is impact("touches") is impact("outputs") is Impact.WORK
