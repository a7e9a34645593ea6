"""What others than its agent say of a task's work: checks and judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specrun.core.reasons import CHECK_FAILED, CHECKS_UNANSWERED, UNANSWERED, code, named, told

KEPT = 2048
"""Characters that an attempt keeps of what a failed check printed; the record keeps more of the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """What one check said of a commit.

    `reason` is why it counts as not passed, "" when it passed; `exit_code` is None where it did not end by
    itself. `commit` is None where it ran in the repo itself. `output_digest` is the hex SHA-256 of all that
    it printed, `tail` the end of that. `path` is the folder that it ran in, "" for the top.
    """

    name: str
    run: str
    path: str = ""
    exit_code: int | None
    seconds: float
    commit: str | None
    output_digest: str
    tail: str
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether it proves something."""
        return not self.reason

    def short(self) -> CheckRecord:
        """Answer it with no more of its output than history needs."""
        return replace(self, tail=self.tail[-KEPT:] if self.reason else "")


def shortcoming(checks: Sequence[CheckRecord]) -> str:
    """Answer why checks make their work fail, "" where all have passed.

    Where not one of those that did not pass has given an answer, the work has not been found wanting.
    """
    failed = [one for one in checks if not one.passed]
    if not failed:
        return ""
    unheard = all(code(one.reason) == UNANSWERED for one in failed)
    return told(CHECKS_UNANSWERED if unheard else CHECK_FAILED, named(one.name for one in failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The work that a judge judges: the commit, and the attempt and generation of the task that made it."""

    commit: str
    attempt: int
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One verdict: on which work, the word, and what the judge said about it."""

    target: Target
    verdict: str
    feedback: str
