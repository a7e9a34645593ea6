"""Answers a shell that asks how a command line may go on; reads specs at a glance, and writes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from specrun.commands.grammar import ALIASES, BEFORE, EVERYWHERE, GRAMMAR

VARIABLE = "_SPECRUN_COMPLETE"
"""The variable with which the script of a shell asks, as click has it."""
PROGRAM = "specrun"
_HARMLESS = re.compile(r"[\w.@%+=:/-]+")
"""What needs no quotes in any shell; nothing else is offered."""


def answer(instruction: str, environ: Mapping[str, str]) -> str:
    """Answer what a shell's script asks for (`bash_complete`), or the script itself (`bash_source`)."""
    from click import Command
    from click.shell_completion import CompletionItem, get_completion_class

    shell, _, what = instruction.partition("_")
    known = get_completion_class(shell)
    if known is None:
        return ""
    spoken = known(Command(PROGRAM), {}, PROGRAM, VARIABLE)
    if what == "source":
        return f"{spoken.source()}\n"
    before, incomplete = spoken.get_completion_args()
    found = completions(before, incomplete, environ)
    items = (CompletionItem(value, kind, help_ or None) for value, kind, help_ in found)
    return "".join(f"{spoken.format_completion(one)}\n" for one in items)


def completions(
    before: Sequence[str], incomplete: str, environ: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Answer how a word may go on: each value with its kind (`plain`, `file`, `dir`) and what it is about."""
    line = _Line(Path.cwd() / environ.get("SPECRUN_DIR", ""))
    for word in before:
        line.read(word)
    kind, prefix, incomplete = line.expects(incomplete)
    if kind in {"FILE", "DIR"}:
        return [(incomplete, kind.lower(), "")]
    found = dict(line.options_help() if kind == "OPTION" else _values(kind, incomplete, line.folder))
    return [
        (f"{prefix}{value}", "plain", told)
        for value, told in found.items()
        if value.startswith(incomplete) and _HARMLESS.fullmatch(value)
    ]


class _Line:
    """A command line that is read word by word, as far as it goes.

    `waiting` is the option whose value comes next, `plain` says that no options come any more.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._options = _options(f"{EVERYWHERE} {BEFORE}")
        self._verb = ""
        self._arguments = ["VERB"]
        self._waiting = ""
        self._plain = False

    def read(self, word: str) -> None:
        """Take in one whole word."""
        if self._waiting:
            self._take(word)
        elif word == "--":
            self._plain = True
        elif word.startswith("-") and not self._plain:
            name, _, value = word.partition("=")
            self._waiting = name if self._options.get(name) is not None and not value else ""
        elif not self._verb:
            self._name(ALIASES.get(word, word))
        elif not self._arguments[0].endswith("..."):
            self._arguments = self._arguments[1:] or [""]

    def _take(self, word: str) -> None:
        """Take in the value of an option; bash makes a word of the `=` before it."""
        if word != "=":
            if self._waiting == "-C":
                self.folder = self.folder / Path(word).expanduser()
            self._waiting = ""

    def _name(self, verb: str) -> None:
        words = GRAMMAR[verb].words if verb in GRAMMAR else ""
        self._verb = verb
        self._options = {**_options(words), **_options(EVERYWHERE)}
        self._arguments = [one for one in words.split() if not one.startswith("-")] or [""]

    def expects(self, incomplete: str) -> tuple[str, str, str]:
        """Answer what kind of word may stand here, what of the last one stays, and what may go on."""
        if self._waiting:
            return self._options[self._waiting] or "", "", "" if incomplete == "=" else incomplete
        if incomplete.startswith("-") and not self._plain:
            name, equals, value = incomplete.partition("=")
            return (self._options.get(name) or "", f"{name}=", value) if equals else ("OPTION", "", name)
        return self._arguments[0].removesuffix("..."), "", incomplete

    def options_help(self) -> Iterator[tuple[str, str]]:
        """Answer the options that may stand here, the long ones."""
        return ((name, "") for name in self._options if name.startswith("--") or name == "-C")


def _options(words: str) -> dict[str, str | None]:
    """Answer options with the kind of their value, None for those that take none."""
    pairs = (one.partition("=") for one in words.split() if one.startswith("-"))
    return {name: kind if equals else None for name, equals, kind in pairs}


def _values(kind: str, incomplete: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Answer all values of a kind, each with what it is about."""
    if kind == "VERB":
        yield from ((verb, line.short) for verb, line in GRAMMAR.items())
        yield from ((alias, GRAMMAR[verb].short) for alias, verb in ALIASES.items())
    elif kind == "TOPIC":
        yield from _topics()
    elif kind.isupper():
        root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
        if root is not None:
            yield from _named(kind, incomplete, root)
    else:
        yield from ((value, "") for value in kind.split("|"))


def _topics() -> Iterator[tuple[str, str]]:
    from specrun.report.topics import TOPICS

    yield from TOPICS.items()
    yield from ((verb, line.short) for verb, line in GRAMMAR.items())


def _named(kind: str, incomplete: str, root: Path) -> Iterator[tuple[str, str]]:
    """Answer what the specs name."""
    from specrun.spec.glance import glance

    seen = glance(root)
    if "TASK" in kind:
        yield from _tasks(seen.tasks, whole=bool(incomplete))
    if "SPEC" in kind:
        yield from ((name, file) for name, file in seen.specs.items())
        yield from ((file, "") for file in seen.specs.values() if incomplete)
    found = {"LABEL": seen.labels, "DOMAIN": seen.domains, "CHECK": seen.checks}.get(kind, ())
    yield from ((name, "") for name in found)


def _tasks(tasks: Sequence[tuple[str, str]], *, whole: bool) -> Iterator[tuple[str, str]]:
    """Answer tasks by their ids where these mean one; and by address, where something is written already."""
    times = Counter(task for _, task in tasks)
    for spec, task in tasks:
        if times[task] == 1:
            yield task, spec
        if times[task] > 1 or whole:
            yield f"{spec}/{task}", ""
