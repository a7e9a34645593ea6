"""Names every failure a user can meet, its exit code and its message shape."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command answers; scripts rely on the numbers, so they never change meaning."""

    OK = 0
    FAILED = 1
    PENDING = 2
    INVALID = 3
    WAITING = 4
    BUDGET = 5
    LOCKED = 6
    STALE = 7
    REFUSED = 8
    ENVIRONMENT = 9
    USAGE = 64
    INTERNAL = 70
    TIMEOUT = 124
    INTERRUPTED = 130
    TERMINATED = 143


PRECEDENCE = (
    ExitCode.INTERNAL,
    ExitCode.ENVIRONMENT,
    ExitCode.REFUSED,
    ExitCode.BUDGET,
    ExitCode.FAILED,
    ExitCode.WAITING,
)


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: path relative to the repo root, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in what the user wrote.

    `source` is the offending line as written; `expected` and `fix` may be empty.
    """

    where: Where
    code: str
    what: str
    expected: str = ""
    fix: str = ""
    source: str = ""

    @property
    def message(self) -> str:
        """What is wrong, what was expected, and what to do."""
        tail = "".join(
            f"; {word}{text}" for word, text in (("expected ", self.expected), ("fix: ", self.fix)) if text
        )
        return f"{self.what}{tail}"

    def __str__(self) -> str:
        return f"{self.where}: error[{self.code}]: {self.message}"


class SpecrunError(Exception):
    """A failure that the user can understand and mend: what happened, and what to do about it."""

    exit_code = ExitCode.FAILED

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what}; fix: {self.fix}" if self.fix else self.what


class InvalidSpec(SpecrunError):
    """Specs or templates do not mean anything; carries every problem found, in file order."""

    exit_code = ExitCode.INVALID

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NoSpec(InvalidSpec):
    """The repo has no spec at all; verbs that only look can do without."""


class EnvironmentProblem(SpecrunError):
    """A tool, a folder or the disk that specrun itself needs is missing, unreadable or full."""

    exit_code = ExitCode.ENVIRONMENT


class Locked(SpecrunError):
    """Another specrun is applying the same spec."""

    exit_code = ExitCode.LOCKED


class Stale(SpecrunError):
    """What was decided no longer matches the repo, e.g. another branch was checked out."""

    exit_code = ExitCode.STALE


class Refused(SpecrunError):
    """The command was understood and is refused as unsafe."""

    exit_code = ExitCode.REFUSED


class UsageProblem(SpecrunError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class MergeConflict(SpecrunError):
    """The branches of a task's upstreams cannot be merged; `files` names the conflicting paths."""

    def __init__(self, what: str, files: tuple[str, ...]) -> None:
        super().__init__(what, "let one of these tasks depend on the other, or edit their prompts")
        self.files = files


class ResultMissing(SpecrunError):
    """A recorded commit that an upstream handed on is nowhere in this repository."""
