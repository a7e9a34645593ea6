"""Every verb in a line: what it is for and what it takes, known without importing it.

Shells ask while somebody types, and importing a verb takes longer than that may. A test holds each line
against the verb itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A verb: its sentence in the list of all, and its words.

    Words with dashes are options, with `=` and the kind of their value where they take one; the others are
    kinds of arguments, with dots where there may be several. A kind is a list of values (`a|b`), something
    that completion can look up (SPEC, TASK, LABEL, DOMAIN, CHECK, TOPIC, FILE, DIR), or empty.
    """

    short: str
    words: str


_SELECTING = (
    "--target=TASK --only=TASK --from=TASK --until=TASK --exclude=TASK --failed --changed --label=LABEL "
    "--domain=DOMAIN"
)
_GOING = "-y --yes -j= --jobs= --timeout= --retry-failed --detach --commit --force --json"
_STATES = (
    "running|verifying|collecting|pending|succeeded|failed|errored|lost|cancelled|blocked|skipped|disabled|"
    "frozen|accepted|gone"
)

EVERYWHERE = "-C=DIR --color=auto|always|never -q --quiet -v --verbose -h --help"
"""What may stand at either side of every verb."""

BEFORE = "--version"
"""What may stand before verbs only."""

ALIASES = {"plan": "diff", "why": "explain"}
"""Other words for verbs; they stand below the list of commands."""

GRAMMAR: Mapping[str, Line] = {
    "init": Line(
        "Write a first spec, or one from a task list.",
        "-y --yes --agent= --name= --from=FILE --sync --dry-run",
    ),
    "validate": Line(
        "Check specs and templates; tell all errors at once.", "SPEC... --format=text|json|github|sarif"
    ),
    "render": Line("Print the exact prompt of a task.", "TASK"),
    "diff": Line(
        "Show what an apply would do, and why.",
        f"SPEC... --exit-code --all --prompt --summary {_SELECTING} --replace=TASK --json-into=FILE --json",
    ),
    "apply": Line(
        "Converge workers toward the specs.", f"SPEC... --watch {_SELECTING} --replace=TASK {_GOING}"
    ),
    "status": Line(
        "Show how every task stands.", f"SPEC... --watch --interval= --exit-code {_SELECTING} --json"
    ),
    "list": Line(
        "Name the tasks with state and title.", f"SPEC... --status={_STATES} --exit-code {_SELECTING} --json"
    ),
    "graph": Line("Show which task waits for which.", f"SPEC... --format=text|mermaid|dot|json {_SELECTING}"),
    "wait": Line("Wait until all tasks have ended, either way.", f"SPEC... --timeout= {_SELECTING}"),
    "logs": Line(
        "Show what workers printed.",
        "TASK... -f --follow -n= --tail= --attempt= --check=CHECK --raw --prefix --no-prefix",
    ),
    "open": Line("Open a checkout of what a task has left.", "TASK --attempt= --path"),
    "attach": Line("Show a worker's terminal here.", "TASK"),
    "stop": Line("Stop workers.", f"TASK... --all --cascade {_SELECTING}"),
    "retry": Line("Run tasks again.", f"TASK... {_SELECTING} {_GOING}"),
    "results": Line("Show the run records.", "SPEC... --json"),
    "explain": Line("Say why a task stands as it does, and what comes next.", "TASK --json"),
    "history": Line("Show what has happened.", "TASK+SPEC... -n= --since= --json"),
    "accept": Line("Take the work of a task as done.", "TASK --reason= --attempt= --output=FILE"),
    "freeze": Line("Keep tasks from running again.", "TASK... --reason="),
    "unfreeze": Line("Let frozen tasks run again.", "TASK..."),
    "prune": Line("Take away what no spec asks for any more.", "SPEC... --dry-run -y --yes --keep= --json"),
    "fmt": Line("Lay specs out canonically; shows what would change.", "SPEC... --check --fix --diff --json"),
    "schema": Line("Print the JSON Schema.", "spec|settings|plan"),
    "skill": Line("Print the skill that teaches agents to use specrun.", ""),
    "doctor": Line("Check what specrun needs on this machine.", "--json"),
    "help": Line("Explain states, fields, exit codes and other words.", "TOPIC WORD --format=text|markdown"),
    "completion": Line("Print what makes a shell complete command lines.", "bash|zsh|fish"),
}
"""By verb."""
