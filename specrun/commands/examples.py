"""What the help of each verb shows besides its options: examples, exit codes, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from specrun.errors import ExitCode
from specrun.report.handbook import Chapter, Entry
from specrun.report.meanings import EXIT_CODES

OK, FAILED, PENDING, INVALID = ExitCode.OK, ExitCode.FAILED, ExitCode.PENDING, ExitCode.INVALID
WAITING, BUDGET, REFUSED = ExitCode.WAITING, ExitCode.BUDGET, ExitCode.REFUSED
ENVIRONMENT, USAGE = ExitCode.ENVIRONMENT, ExitCode.USAGE

GROUPS: Mapping[str, Sequence[str]] = {
    "Start": ("init", "validate", "render", "fmt", "diff", "apply"),
    "Look": ("status", "list", "graph", "logs", "attach", "open", "wait", "results", "explain", "history"),
    "Operate": ("retry", "stop", "accept", "freeze", "unfreeze", "prune"),
    "House": ("doctor", "help", "completion", "schema", "skill"),
}
"""The verbs by what they are for."""


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, and what it does."""

    line: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What the help of a verb says besides its options; `meaning` is that of codes with one of their own."""

    examples: tuple[Example, ...]
    codes: tuple[ExitCode, ...]
    see: tuple[str, ...]
    meaning: Mapping[ExitCode, str]


def _more(
    codes: Sequence[ExitCode],
    see: str,
    *lines: tuple[str, str],
    meaning: Mapping[ExitCode, str] = MappingProxyType({}),
) -> More:
    """Answer it with the codes that every verb may answer, and `see` split at blanks."""
    every = {OK, *codes, USAGE}
    return More(
        examples=tuple(Example(f"specrun {line}", what) for line, what in lines),
        codes=tuple(code for code in ExitCode if code in every),
        see=tuple(f"specrun {one.replace(':', ' ')}" for one in see.split()),
        meaning=meaning,
    )


_SPECS = (INVALID, ENVIRONMENT)
_APPLY = (
    *(FAILED, INVALID, WAITING, BUDGET, ExitCode.LOCKED, ExitCode.STALE, REFUSED),
    *(ENVIRONMENT, ExitCode.TIMEOUT, ExitCode.INTERRUPTED, ExitCode.TERMINATED),
)

PAGES: Mapping[str, More] = {
    "init": _more(
        (INVALID, REFUSED, ENVIRONMENT),
        "validate diff help:fields",
        ("init", "Look at the project, ask a little, and write a first spec."),
        ("init --yes", "Ask nothing."),
        ("init --from tasks.md --sync", "Make a spec of a list, whose boxes are ticked as tasks succeed."),
        ("init --from - --dry-run", "Show what would come of a list on standard input."),
    ),
    "validate": _more(
        _SPECS,
        "diff render help:fields help:errors",
        ("validate", "Check all specs."),
        ("validate specs/auth.yaml", "Check one of them."),
        ("validate --format github", "Tell what is wrong at the lines of a pull request."),
    ),
    "render": _more(
        _SPECS,
        "diff help:templates",
        ("render auth/api", "Show what the agent of this task would be told."),
        ("render api", "The same, where only one spec has a task api."),
    ),
    "fmt": _more(
        (PENDING, INVALID, REFUSED, ENVIRONMENT),
        "validate",
        ("fmt", "Show what the canonical layout would change."),
        ("fmt --fix", "Lay all specs out canonically."),
        ("fmt --check --diff", "Answer 2 where something is to be laid out, for CI."),
    ),
    "diff": _more(
        (PENDING, *_SPECS),
        "apply explain help:actions help:reasons help:selectors",
        ("diff", "Show what an apply would do and why."),
        ("diff auth --prompt", "Show what agents would be told, too."),
        ("diff --target auth/api", "Only this task and all that it depends on."),
        ("diff --exit-code --summary", "Answer 2 when there is something to do, for scripts."),
    ),
    "apply": _more(
        _APPLY,
        "diff status attach stop help:selectors",
        ("apply", "Show what would be done, ask, and do it."),
        ("apply auth --yes --jobs 2", "One spec, unasked, with two workers at most."),
        ("apply --only auth/api --retry-failed", "One task alone, although it has failed."),
        ("apply --yes --detach", "Go on in the background."),
    ),
    "status": _more(
        (FAILED, PENDING, INVALID, WAITING, BUDGET, REFUSED, ENVIRONMENT),
        "list explain wait help:states",
        ("status", "Show how every task stands."),
        ("status auth --json", "One spec, for scripts."),
        ("status --exit-code", "Answer 2 when there is something to do."),
        meaning={
            FAILED: "With --exit-code: a task has failed or is held.",
            PENDING: "With --exit-code: something runs or is pending.",
            **{one: f"With --exit-code: {EXIT_CODES[one]}" for one in (WAITING, BUDGET, REFUSED)},
        },
    ),
    "list": _more(
        (FAILED, *_SPECS),
        "status help:states help:selectors",
        ("list", "Name all tasks with state and title."),
        ("list --status failed", "Name those that have failed."),
        ("list --domain backend --label security", "Only tasks of a domain with a label."),
        ("list --status running --exit-code", "Answer 1 when none is running any more."),
        meaning={FAILED: "With --exit-code: no task is named."},
    ),
    "graph": _more(
        _SPECS,
        "diff explain",
        ("graph", "Draw what depends on what."),
        ("graph auth --format mermaid", "One spec, for a page of Markdown."),
    ),
    "wait": _more(
        (FAILED, INVALID, WAITING, BUDGET, REFUSED, ENVIRONMENT, ExitCode.TIMEOUT),
        "apply status help:selectors",
        ("wait", "Wait until all tasks have ended."),
        ("wait --only auth/api", "Wait for one task, as after apply --detach --only auth/api."),
        ("wait auth --timeout 2h", "Wait for one spec, two hours at most."),
        meaning={
            FAILED: "A task that is waited for did not make it, or has work left that nobody is applying."
        },
    ),
    "logs": _more(
        (ENVIRONMENT, ExitCode.INTERRUPTED),
        "attach history results",
        ("logs -f", "Follow all workers, those too that start later."),
        ("logs api web -n 20", "Show the last 20 lines of the last attempts of two tasks."),
        ("logs auth/api --check test", "Show the last run of a check."),
        ("logs auth/api --attempt 1 --raw", "Show the stream of an earlier attempt."),
    ),
    "attach": _more(
        (FAILED, ENVIRONMENT),
        "logs status",
        ("attach auth/api", "Show the window of this worker here; C-b d leaves it."),
        ("attach", "Show all workers of the spec, the window looked at last in front."),
        meaning={FAILED: "tmux could not show it."},
    ),
    "open": _more(
        (FAILED, ExitCode.LOCKED, ENVIRONMENT),
        "results explain",
        ("open auth/api", "Start a shell in a checkout of what this task has left."),
        ("open auth/api --path", "Only tell where that checkout is."),
    ),
    "results": _more(
        _SPECS,
        "explain logs",
        ("results", "Show what every task has left."),
        ("results auth --json", "Show the records of one spec for scripts."),
    ),
    "explain": _more(
        _SPECS,
        "diff logs help:reasons",
        ("explain auth/api", "Say why this task stands as it does, and what comes next."),
        ("explain api --json", "The same for scripts."),
    ),
    "history": _more(
        (ENVIRONMENT,),
        "results explain help:events",
        ("history", "Show what has happened, the newest last."),
        ("history auth/api -n 20", "The last 20 events of one task."),
        ("history --since 2h --json", "The last two hours, for scripts."),
    ),
    "retry": _more(
        _APPLY,
        "apply stop explain help:selectors",
        ("retry auth/api", "Give a failed task another round of attempts, and apply."),
        ("retry --failed --yes", "All that have failed, unasked."),
    ),
    "stop": _more(
        (FAILED, INVALID, ENVIRONMENT),
        "retry status",
        ("stop auth/api", "End this worker; the task stays as it is until a retry or an edit."),
        ("stop auth/api --cascade", "All that depends on it, too."),
        ("stop --all", "End all workers, those of other branches as well."),
        meaning={FAILED: "A worker is still running."},
    ),
    "accept": _more(
        (INVALID, ExitCode.LOCKED, REFUSED, ENVIRONMENT),
        "retry results explain",
        ("accept auth/api --reason 'reviewed by hand'", "Take the work of a failed task as done."),
    ),
    "freeze": _more(
        (INVALID, ExitCode.LOCKED, ENVIRONMENT),
        "unfreeze help:states",
        ("freeze auth/api --reason 'released'", "Let its last success stand, whatever is edited."),
    ),
    "unfreeze": _more(
        (INVALID, ExitCode.LOCKED, ENVIRONMENT),
        "freeze diff",
        ("unfreeze auth/api", "Let edits count again."),
    ),
    "prune": _more(
        (FAILED, INVALID, ExitCode.LOCKED, REFUSED, ENVIRONMENT),
        "results history",
        ("prune --dry-run", "Say what would be taken away."),
        ("prune --yes", "Take away what no spec asks for any more."),
        meaning={FAILED: "Something could not be taken away."},
    ),
    "schema": _more(
        (),
        "help:fields validate",
        ("schema", "Print the JSON Schema of specs, for editors."),
        ("schema settings", "That of specrun.yaml."),
    ),
    "skill": _more(
        (),
        "help:agents",
        (
            "skill > .claude/skills/specrun/SKILL.md",
            "Teach Claude Code and OpenCode (the folder has to be there).",
        ),
    ),
    "doctor": _more(
        (ENVIRONMENT,),
        "help:environment help:agents",
        ("doctor", "Check what specrun needs here, and say how to mend it."),
        ("doctor --json", "The same for scripts."),
    ),
    "help": _more(
        (),
        "completion",
        ("help", "List what can be explained."),
        ("help states", "Explain what status and list say."),
        ("help fields tasks.retry", "Explain one key of specs."),
        ("help apply", "Show the help of a verb."),
    ),
    "completion": _more(
        (),
        "help",
        ("completion bash", "Print the script for bash."),
        ("completion zsh", "Print the script for zsh."),
        ("completion fish", "Print the script for fish."),
    ),
}
"""By verb."""


def chapters(word: str) -> Iterator[Chapter]:
    """Answer the chapters that the help of a verb has besides its options."""
    more = PAGES.get(word)
    if more is None:
        return
    lines = [row for one in more.examples for row in (f"$ {one.line}", f"  {one.what}")]
    yield Chapter(title="Examples", code=tuple(lines))
    codes = (Entry(term=str(int(one)), text=more.meaning.get(one, EXIT_CODES[one])) for one in more.codes)
    yield Chapter(title="Exit codes", entries=tuple(codes))
    yield Chapter(title="See also", text=", ".join(more.see))
