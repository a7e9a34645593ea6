"""Tests `specrun render`."""

from __future__ import annotations

from tests.commands.conftest import Spec, Specrun


def test_the_exact_prompt(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo {{ vars.word }}'}", head="vars: {word: hello}\n")
    said = specrun("render", "one")
    assert (said.code, said.out) == (0, "echo hello\n")


def test_values_of_upstreams_are_known_later_and_then_known(spec: Spec, specrun: Specrun) -> None:
    spec(
        """
        one: {prompt: 'echo first'}
        two: {depends_on: [one], prompt: 'echo got {{ tasks.one.summary }}'}
        """
    )
    assert "known later" in specrun("render", "demo/two").out
    assert specrun("apply", "--yes").code == 0
    assert specrun("render", "two").out == "echo got first\n"


def test_an_unknown_task_is_64(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("render", "oen")
    assert said.code == 64
    assert "there is no task 'oen'; fix: did you mean demo/one?" in said.err


def test_why_a_prompt_cannot_be_rendered_is_told_harmlessly(spec: Spec, specrun: Specrun) -> None:
    spec(
        r"""
        one: {prompt: 'echo ''{"k": "\u001b[2J"}'' > "$SPECRUN_OUTPUT"'}
        two: {depends_on: [one], prompt: 'echo {{ tasks.one.output[tasks.one.output.k] }}'}
        """
    )
    specrun("apply", "--yes")
    said = specrun("render", "two")
    assert "is undefined" in said.err
    assert said.err.replace("\n", "").isprintable()
