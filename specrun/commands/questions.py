"""Asks a person for one value at the terminal, with an answer that Enter takes."""

from __future__ import annotations

from collections.abc import Callable

from specrun.commands import console
from specrun.errors import UsageProblem

TRIES = 3


def asked(question: str, default: str, wrong: Callable[[str], str]) -> str:
    """Answer what was typed, `default` for an empty line; `wrong` says why an answer cannot be taken, or "".

    Raises UsageProblem where no answer can be had.
    """
    for _ in range(TRIES):
        console.draw(f"{question} [{default}] ")
        try:
            answer = input().strip() or default
        except EOFError:
            console.draw("\n")
            break
        except UnicodeDecodeError:
            answer = "\ufffd"
        why = wrong(answer)
        if not why:
            return answer
        console.complain(why)
    raise UsageProblem(
        "no answer that can be taken; nothing was written", "pass --yes to take what is offered"
    )
