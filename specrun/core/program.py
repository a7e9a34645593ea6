"""Finds the program that a check starts first, where its script says so plainly."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      (?P<gap> (?:[ \t\r] | \\\r?\n)+ | \#[^\n]* )
    | (?P<end> \n | ; | && )
    | (?P<redirect> \d*[<>]+[&|]? )
    | (?P<word> (?: [^\s;&|<>()"'\\] | \\[^\n] | "(?:[^"\\]|\\.)*" | '[^']*' )+ )
    | (?P<other> \|\|? | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_PLAIN = re.compile(r"/?[\w.+@%:,][\w.+@%:,/-]*")
_PREFIXES = frozenset({"env", "exec", "time"})
_PASSED_OVER = frozenset({"cd", "set"})
_OF_THE_SHELL = frozenset(
    {
        *("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in"),
        *("function", "select", "coproc", ".", ":", "alias", "bg", "break", "builtin", "command"),
        *("continue", "declare", "echo", "eval", "exit", "export", "false", "fg", "getopts", "hash", "jobs"),
        *("kill", "let", "local", "popd", "printf", "pushd", "pwd", "read", "readonly", "return", "shift"),
        *("shopt", "source", "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask"),
        *("unalias", "unset", "wait"),
    }
)


def program_of(run: str) -> str | None:
    """Answer the name or absolute path of the program that a script for sh starts first.

    None where that takes a shell to know: what is no plain word, is found in the tree itself, or stands
    after a command of the shell's own. Assignments, `set` and `cd` before it are passed over.
    """
    words: list[str] = []
    target = False
    for token in _TOKEN.finditer(f"{run}\n"):
        kind, text = token.lastgroup, token.group()
        if kind == "redirect":
            target = True
        elif kind == "word":
            if not target:
                words.append(text)
            target = False
        elif kind != "gap":
            sure, program = _started(words, text)
            if sure:
                return program
            words, target = [], False
    return None


def _started(words: list[str], end: str) -> tuple[bool, str | None]:
    """Answer whether one command, `end` behind it, settles the matter, and the program that it starts."""
    while words and (words[0] in _PREFIXES or _ASSIGNMENT.match(words[0])):
        if words[0].startswith(("PATH=", "PATH+=")):
            return True, None  # where programs are found from now on is for the shell to know
        words = words[1:]
    passed_over = not words or words[0] in _PASSED_OVER
    if passed_over and end in {"\n", ";", "&&"}:
        return False, None
    whole = end in {"\n", ";", "&&", "|", "&"}
    return True, words[0] if whole and not passed_over and _named(words[0]) else None


def _named(word: str) -> bool:
    if word in _OF_THE_SHELL or not _PLAIN.fullmatch(word):
        return False
    return word.startswith("/") or "/" not in word
