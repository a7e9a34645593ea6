"""Launches and judges any coding CLI by its declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from specrun.agents.shell import SUMMARY_LENGTH, last_line, told
from specrun.core.agent import Adjustment, Declaration, PromptBy, SuccessBy, traits_of
from specrun.core.briefing import verdict_in
from specrun.core.task import Task
from specrun.core.world import Status
from specrun.ports import Command, Evidence, Launch, Metered, Outcome

PROMPT, SESSION = "{prompt}", "{session}"
NO_FINAL_EVENT = "no final event"
SHUT_OUT = frozenset({401, 403})
"""HTTP statuses that no other attempt will change: who asks is not let in."""
REASON_LENGTH = 300


class Declared:
    """A CLI as its declaration says; built-in ones replace what a declaration cannot say."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.name = declaration.name
        self.traits = traits_of(declaration)
        self.program = declaration.argv[0]
        self.version = declaration.version
        self.tested = declaration.tested

    def adjusted(self, adjustment: Adjustment) -> Declared:
        """Answer the same agent with more names of models and more environment."""
        known = self.declaration
        more = replace(
            known, models={**known.models, **adjustment.models}, env={**known.env, **adjustment.env}
        )
        return type(self)(more)

    def command(self, task: Task, launch: Launch) -> Command:
        """Answer the command line, word by word; nothing passes through a shell."""
        known = self.declaration
        fixed = bool(launch.resuming and known.resume) or bool(known.session_flag)
        return Command(
            argv=(
                *_filled(known.argv, launch),
                *self.arguments(task, launch),
                *known.permissions.get(task.permissions.mode, ()),
                *_each(known.allow_flag, task.permissions.allow),
                *_each(known.deny_flag, task.permissions.deny),
                *self._model(task),
                *self._caps(task),
                *self._conversation(launch),
            ),
            env={**self.environment(task, launch), **known.env},
            stdin=launch.prompt if known.prompt is PromptBy.STDIN else None,
            files=self.files(task, launch),
            meter=known.meter,
            cleanup=known.cleanup,
            session_id=launch.session if fixed else None,
        )

    def arguments(self, task: Task, launch: Launch) -> Sequence[str]:
        """Answer arguments that depend on the task in other ways than a declaration can say."""
        del task, launch
        return ()

    def environment(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer what depends on the task: the configuration folder, unless the person's own is wanted."""
        home = self.declaration.config_home
        return {home: str(launch.home)} if home and not task.inherit_config else {}

    def files(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer the files of the configuration folder, by relative path."""
        del launch
        return {} if task.inherit_config else self.declaration.config

    def status(self, evidence: Evidence, metered: Metered) -> int | None:
        """Answer the HTTP status of the provider, where it told one."""
        del evidence
        return metered.error_status

    def reason(self, evidence: Evidence, metered: Metered) -> str:
        """Say why an attempt has failed, or nothing; an exit code alone is believed only if declared."""
        events = self.declaration.success is SuccessBy.EVENT
        failed = metered.success is False or (metered.error and not metered.success)
        if evidence.exit_code == 0 and (metered.success or not (events or failed)):
            return ""
        if metered.error:
            status = f"{metered.error_status}: " if metered.error_status else ""
            return f"{status}{metered.error}"[:REASON_LENGTH]
        if evidence.exit_code == 0:
            return NO_FINAL_EVENT
        # Once the model has spoken, the last line of the transcript is hardly the reason.
        silent = (evidence.exit_code or 0) > 0 and not (metered.turns or metered.tokens)
        word = last_line(evidence.tail) if silent else ""
        return f"{told(evidence.exit_code)}: {word}"[:REASON_LENGTH] if word else told(evidence.exit_code)

    def outcome(self, evidence: Evidence) -> Outcome:
        """Judge by the CLI's own last word and its exit code."""
        metered = evidence.metered or Metered()
        metered = replace(metered, error_status=self.status(evidence, metered))
        reason = self.reason(evidence, metered)
        summary = _said(metered) or metered.error or last_line(evidence.tail)
        return Outcome(
            status=_status(reason, evidence, metered),
            reason=reason,
            summary=summary[:SUMMARY_LENGTH],
            cost_usd=metered.cost_usd,
            metered=evidence.metered and metered,
        )

    def _model(self, task: Task) -> Sequence[str]:
        known = self.declaration
        if task.model is None or not known.model_flag:
            return ()
        return known.model_flag, known.models.get(task.model, task.model)

    def _caps(self, task: Task) -> Sequence[str]:
        known = self.declaration
        budget = (known.budget_flag, format(task.budget, "f")) if task.budget is not None else ()
        turns = (known.turns_flag, str(task.max_turns)) if task.max_turns is not None else ()
        return *(budget if known.budget_flag else ()), *(turns if known.turns_flag else ())

    def _conversation(self, launch: Launch) -> Sequence[str]:
        known = self.declaration
        if launch.resuming and known.resume:
            return _filled(known.resume, launch)
        return (known.session_flag, launch.session) if known.session_flag else ()


def _status(reason: str, evidence: Evidence, metered: Metered) -> Status:
    if not reason:
        return Status.SUCCEEDED
    paid = bool(metered.cost_usd) or any((metered.tokens or {}).values())
    shut_out = metered.error_status in SHUT_OUT or evidence.cause == "launch_failed"
    return Status.ERRORED if shut_out and not paid else Status.FAILED


def _filled(words: Sequence[str], launch: Launch) -> Sequence[str]:
    """Replace the placeholders in each word for itself."""
    return [word.replace(PROMPT, str(launch.prompt)).replace(SESSION, launch.session) for word in words]


def _each(flag: str, rules: Sequence[str]) -> Sequence[str]:
    return [word for rule in rules for word in (flag, rule)] if flag else ()


def _said(metered: Metered) -> str:
    """Answer the first line of the result; of an answer in JSON why, or all of it on one line."""
    if metered.structured is None:
        return _first_line(metered.result or "")
    _, why = verdict_in(metered.structured)
    return _first_line(why) or " ".join((metered.result or "").split())


def inbox(launch: Launch) -> Path:
    """Answer where an attempt leaves its verdict and its output; it lies outside of the workspace."""
    return launch.prompt.parent / "inbox"


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
