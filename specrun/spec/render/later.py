"""Values of a template: named mappings, and placeholders for what only an upstream's end will tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Named(dict[str, Any]):
    """A mapping that knows what templates call it, for messages."""

    __slots__ = ("path",)

    def __init__(self, path: str, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.path = path


class Watched(Named):
    """A mapping that notes in `asked` when somebody looks at what is in it."""

    __slots__ = ("asked",)

    def __init__(self, path: str, values: dict[str, Any], asked: set[str]) -> None:
        super().__init__(path, values)
        self.asked = asked

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any template value
        self.asked.add(f"{self.path}.{key}")
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys; without this, a copy would be made past the others."""
        self.asked.add(self.path)
        return super().__iter__()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - any template value
        """Answer a value or the default."""
        self.asked.add(f"{self.path}.{key}")
        return super().get(key, default)

    def items(self) -> Any:  # noqa: ANN401 - a view of dict
        """Answer keys and values."""
        self.asked.add(self.path)
        return super().items()

    def values(self) -> Any:  # noqa: ANN401 - a view of dict
        """Answer the values."""
        self.asked.add(self.path)
        return super().values()


def named(path: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Answer `value` with every mapping in it named."""
    if isinstance(value, dict):
        return Named(path, {key: named(f"{path}.{key}", below) for key, below in value.items()})
    if isinstance(value, list):
        return [named(f"{path}[{number}]", below) for number, below in enumerate(value)]
    return value


class Later:
    """A run-time value before its time: it goes along with everything and tells nothing.

    `truth` is what conditions see; `asked` collects the paths that a condition asked for.
    """

    __slots__ = ("asked", "path", "truth")

    def __init__(self, path: str, asked: set[str], *, truth: bool = True) -> None:
        self.path = path
        self.asked = asked
        self.truth = truth

    def below(self, path: str) -> Later:
        """Answer a placeholder for something made of this one."""
        return Later(path, self.asked, truth=self.truth)

    def __str__(self) -> str:
        return f"«{self.path}: known later»"

    def __bool__(self) -> bool:
        self.asked.add(self.path)
        return self.truth

    def __eq__(self, other: object) -> bool:
        return bool(self)

    def __ne__(self, other: object) -> bool:
        return bool(self)

    def __lt__(self, other: object) -> bool:
        return bool(self)

    __le__ = __gt__ = __ge__ = __contains__ = __lt__

    def __hash__(self) -> int:
        return hash(self.path)

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Later]:
        yield self.below(f"{self.path}[…]")

    def __getitem__(self, _part: object) -> Later:
        """Answer a placeholder for a part: slices come here, names and numbers go through the sandbox."""
        return self.below(f"{self.path}[…]")

    def __call__(self, *_given: object, **_named: object) -> Later:
        """Answer a placeholder for what calling would give."""
        return self.below(f"{self.path}()")

    def _arithmetic(self, _other: object = None) -> Later:
        return self.below(f"{self.path} …")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = _arithmetic
