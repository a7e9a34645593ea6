"""Reads what a judge has left: exactly one of its words, or a reason why that is no verdict."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.core.contract import Judge
from specrun.core.reasons import FOREIGN_VERDICT, NO_VERDICT, VERDICT, named, told

_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge decided: `word` is None where it did not; `reason` says why the task fails, "" if not."""

    word: str | None
    reason: str = ""


def verdict(judge: Judge, left: str | None, wrong: str, structured: str | None) -> Verdict:
    """Answer the verdict from the file that was `left` (`wrong` says why that cannot be taken).

    The `structured` word counts where no file was left.
    """
    word = structured if left is None else left.strip()
    if wrong:
        return Verdict(word=None, reason=told(FOREIGN_VERDICT, wrong))
    if not word:
        return Verdict(word=None, reason=told(NO_VERDICT, f"declared are {named(judge.words)}"))
    if word not in judge.words:
        shown = ascii(word[:_SHOWN])
        return Verdict(word=None, reason=told(FOREIGN_VERDICT, f"{shown} is none of {named(judge.words)}"))
    return Verdict(word=word, reason=told(VERDICT, word) if word in judge.failing else "")
