"""What differs between two fingerprints, in which class, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Reason, ReasonCode
from specrun.core.difference import Difference, differences, reasons, settings
from specrun.core.fingerprint import fingerprint
from specrun.core.impact import Impact
from specrun.core.task import Json, Limits, Task
from specrun.core.world import Fingerprint
from tests.core.make import checked, task, tid

A = task("a", contract=checked("test"))


def made(one: Task, prompt: str = "echo a", **carried: str) -> Fingerprint:
    return fingerprint(one, prompt, {tid(name): value for name, value in carried.items()})


def sources(vars_: dict[str, Json], *pages: tuple[str, str]) -> dict[str, Json]:
    return {"vars": vars_, "pages": [list(page) for page in pages]}


def test_nothing_differs_from_itself() -> None:
    assert differences(made(A), made(A)) == ()


def test_every_class_is_told_with_both_values_work_first() -> None:
    edited = replace(A, env={"X": "1"}, limits=Limits(timeout=9.0), contract=checked("test", "lint"))
    found = differences(made(edited, b="2"), made(A, b="1"))
    assert [(one.component, one.impact) for one in found] == [
        ("env", Impact.WORK),
        ("upstream:b", Impact.WORK),
        ("checks", Impact.VERIFY),
        ("timeout", Impact.LIVE),
    ]
    assert found[0] == Difference(component="env", impact=Impact.WORK, before={}, after={"X": "1"})
    assert (found[1].before, found[1].after) == ("1", "2")


def test_a_component_that_is_new_was_nothing_before() -> None:
    found = differences(made(replace(A, contract=checked("test", touches=("src",)))), made(A))
    assert [(one.component, one.before, one.after) for one in found] == [("touches", None, ["src"])]


def test_where_a_prompt_comes_from_is_told_but_changes_nothing() -> None:
    moved = differences(made(replace(A, sources=sources({}, ("p.j2", "1")))), made(A))
    assert [(one.component, one.impact) for one in moved] == [("sources", Impact.META)]


def test_a_changed_prompt_is_traced_to_text_template_and_variable() -> None:
    before = made(replace(A, sources=sources({"who": "a", "same": 1}, ("", "1"), ("p.j2", "1"))), "x")

    def after(vars_: dict[str, Json], *pages: tuple[str, str]) -> tuple[Reason, ...]:
        return reasons(made(replace(A, sources=sources(vars_, *pages)), "y"), before)

    same: dict[str, Json] = {"who": "a", "same": 1}
    assert after(same, ("", "2"), ("p.j2", "1")) == (Reason(ReasonCode.PROMPT_CHANGED),)
    assert after(same, ("", "1"), ("p.j2", "2")) == (Reason(ReasonCode.TEMPLATE_CHANGED, "p.j2"),)
    assert after({"who": "b", "same": 1}, ("", "1"), ("p.j2", "1")) == (
        Reason(ReasonCode.VAR_CHANGED, "vars.who"),
    )
    assert after(same, ("", "1"), ("p.j2", "1")) == (Reason(ReasonCode.PROMPT_CHANGED),)


def test_records_without_sources_just_say_that_the_prompt_changed() -> None:
    now = made(replace(A, sources=sources({"who": "b"}, ("", "2"))), "y")
    assert reasons(now, made(A, "x")) == (Reason(ReasonCode.PROMPT_CHANGED),)


def test_other_edits_have_their_own_codes() -> None:
    now = made(replace(A, rerun=2), b="2")
    assert reasons(now, made(A, b="1")) == (
        Reason(ReasonCode.RERUN_TOKEN),
        Reason(ReasonCode.UPSTREAM_OUTPUT_CHANGED, "b"),
    )


def test_settings_are_named() -> None:
    now = made(replace(A, limits=Limits(timeout=9.0), contract=checked("lint", protect=("x",))))
    assert settings(now, made(A)) == (
        Reason(ReasonCode.CHECKS_CHANGED, "checks"),
        Reason(ReasonCode.CHECKS_CHANGED, "protect"),
        Reason(ReasonCode.SETTING_CHANGED, "timeout"),
    )


def test_values_for_the_template_are_told_instead_of_the_prompt_that_they_change() -> None:
    page = sources({}, ("p.j2", "1"))
    now = made(replace(A, sources=page, with_={"x": 2}), "two")
    before = made(replace(A, sources=page, with_={"x": 1}), "one")
    assert reasons(now, before) == (Reason(ReasonCode.INPUT_CHANGED),)


def test_a_prompt_that_only_others_have_changed_names_them() -> None:
    page = sources({"who": "a"}, ("p.j2", "1"))
    before = made(replace(A, sources=page), "one")
    assert reasons(made(replace(A, sources=page), "two"), before, "b, c") == (
        Reason(ReasonCode.UPSTREAM_OUTPUT_CHANGED, "b, c"),
    )
    other = sources({"who": "b"}, ("p.j2", "1"))
    assert reasons(made(replace(A, sources=other), "two"), before, "b, c") == (
        Reason(ReasonCode.VAR_CHANGED, "vars.who"),
    )
    assert reasons(made(A, "two"), made(A, "one"), "b") == (Reason(ReasonCode.PROMPT_CHANGED),)


def test_what_is_protected_is_no_edit_where_checks_come_or_go() -> None:
    bare = made(replace(A, contract=checked()))
    assert [one.component for one in differences(made(A), bare)] == ["checks"]
    assert settings(made(A), bare) == (Reason(ReasonCode.CHECKS_CHANGED, "checks"),)
