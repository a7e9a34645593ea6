"""Makes the pages of the handbook about variables of the environment and about selectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun.report.handbook import Chapter, Entry, Page
from specrun.report.topics import TOPICS

READ: Mapping[str, str] = {
    "SPECRUN_HOME": "The folder for state: attempts, logs, workspaces. Else `$XDG_STATE_HOME/specrun`, else "
    "`~/.local/state/specrun`.",
    "SPECRUN_DEPTH": "How many specruns stand above this one; set for workers.",
    "NO_COLOR": "No colours, where it is not empty; `--color` has the last word.",
    "FORCE_COLOR": "Colours without a terminal, too, where it is not empty; `NO_COLOR` goes before it.",
    "TERM": "`dumb` means that there is no terminal that could show more than lines.",
    "COLUMNS": "How wide the terminal is, where it does not tell itself.",
    "CI": "Where it is not empty, `apply` and `status --watch` write plain lines on a terminal, too.",
    "SHELL": "What `open` starts.",
    "PATH": "Where git, tmux, agents and the programs of checks are found.",
    "XDG_STATE_HOME": "Where state goes by custom.",
}
"""Variables that specrun reads, besides those of options."""

WORKERS: Mapping[str, str] = {
    "SPECRUN_SPEC": "The name of the spec.",
    "SPECRUN_TASK": "The id of the task.",
    "SPECRUN_ATTEMPT": "The number of the attempt since the last edit that counted, from 1.",
    "SPECRUN_DEPTH": "How many specruns stand above it, from 1.",
    "SPECRUN_BASE": "The commit that the work begins at.",
    "SPECRUN_OUTPUT": "The file that takes the output of the task, as JSON.",
    "SPECRUN_VERDICT": "The file that takes the word of a judge.",
    "SPECRUN_CHECK": "The name of the check; in checks only.",
}
"""Variables that workers and checks get from specrun itself."""

_INTRO = (
    "Every option of every verb also comes from a variable: `SPECRUN_APPLY_JOBS=2` means what "
    "`specrun apply --jobs 2` does. Flags take 1, true, yes or on, and 0, false, no or off; what may be "
    "repeated is split at blanks. An empty variable counts as unset, and the command line goes before."
)
_NAMING = (
    "A task is named `task`, or `spec/task` where several specs have one of that name; globs such as "
    "`'auth/*'` mean all that they fit. Case does not matter. Options that name tasks add up, filters narrow "
    "that down, and `--exclude` has the last word."
)


def page(options: Sequence[Entry]) -> Page:
    """Answer the page about variables; `options` are those that stand for options."""
    return Page(
        title="Environment",
        text=f"{TOPICS['environment']} {_INTRO}",
        chapters=(
            Chapter(title="Read by specrun", entries=_entries(READ)),
            Chapter(
                title="Given to workers",
                text="Besides an allowlist of your own variables, the `env` of the spec, and secrets.",
                entries=_entries(WORKERS),
            ),
            Chapter(title="Options", entries=tuple(options)),
        ),
    )


def selectors(options: Sequence[Entry]) -> Page:
    """Answer the page about selectors; `options` are those that pick tasks."""
    return Page(
        title="Selectors",
        text=f"{TOPICS['selectors']} {_NAMING}",
        chapters=(Chapter(title="Options", entries=tuple(options)),),
    )


def _entries(told: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(term=name, text=text) for name, text in told.items())
