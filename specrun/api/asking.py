"""Names what can be asked for: which tasks, and how to go on with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NotRequired, TypedDict


class Selecting(TypedDict):
    """Which tasks something is about: the selectors, each as often as it was given."""

    target: tuple[str, ...]
    only: tuple[str, ...]
    from_: tuple[str, ...]
    until: tuple[str, ...]
    exclude: tuple[str, ...]
    failed: bool
    changed: bool
    label: tuple[str, ...]
    domain: tuple[str, ...]
    replace: NotRequired[tuple[str, ...]]


class Going(TypedDict):
    """How an apply is to go on: the flags of `apply` and `retry`."""

    yes: bool
    jobs: int | None
    timeout: float | None
    retry_failed: bool
    detach: bool
    commit: bool
    force: bool
    as_json: bool


class Selection(TypedDict, total=False):
    """Which tasks are meant, as the options of the same names say it to `specrun diff`; without any, all.

    A name is `task`, `spec/task` or a glob over one of these: `"api"`, `"auth/api"`, `"auth/*"`. `target` is
    with all that it depends on, `only` without, `from_` with all that depends on it; with `until` what lies
    in between. `failed`, `changed`, `label` and `domain` narrow that down, `exclude` wins over everything.
    `replace` are tasks to be run once more, whatever became of them.
    """

    target: str | Sequence[str]
    only: str | Sequence[str]
    from_: str | Sequence[str]
    until: str | Sequence[str]
    exclude: str | Sequence[str]
    failed: bool
    changed: bool
    label: str | Sequence[str]
    domain: str | Sequence[str]
    replace: str | Sequence[str]


class Options(Selection, total=False):
    """What an apply may be told beside which tasks are meant.

    With `retry_failed` failed tasks that nobody has edited get another round of attempts. With `force` plans
    are carried out that are else refused as unsafe.
    """

    retry_failed: bool
    force: bool


_TEXTS = ("target", "only", "from_", "until", "exclude", "label", "domain", "replace")
_FLAGS = ("failed", "changed")


def selecting(given: Mapping[str, object]) -> Selecting:
    """Answer a selection in full. Raises TypeError for a word that is none of its own, or no text."""
    for word in given:
        if word not in {*_TEXTS, *_FLAGS}:
            raise TypeError(f"{word!r} is no selector; there are {', '.join((*_TEXTS, *_FLAGS))}")
    texts = {word: _texts(word, given.get(word, ())) for word in _TEXTS}
    return Selecting(
        target=texts["target"],
        only=texts["only"],
        from_=texts["from_"],
        until=texts["until"],
        exclude=texts["exclude"],
        failed=bool(given.get("failed")),
        changed=bool(given.get("changed")),
        label=texts["label"],
        domain=texts["domain"],
        replace=texts["replace"],
    )


def _texts(word: str, value: object) -> tuple[str, ...]:
    """Read one text or several: one is not taken for its letters."""
    found = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    texts = tuple(one for one in found if isinstance(one, str))
    if texts != found:
        raise TypeError(f"{word}={value!r} is neither a text nor several")
    return texts
