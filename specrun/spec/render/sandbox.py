"""The Jinja environment of prompts: strict, read-only, without clock, chance, files or anything large."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, Undefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from specrun.spec.render.later import Later, Named
from specrun.spec.render.plain import kind

OUTPUT_LIMIT = 1024 * 1024
BITS_LIMIT = 4096
FILTER_NAMES = [
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "string",
    "sum",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "wordcount",
]
"""The filters that prompts may use, beside our own `tojson`."""
WIDE = frozenset({"center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"})
"""Methods of text that make much out of little."""
MAPPING_METHODS = frozenset({"get", "items", "keys", "values"})
WIDE_FORMAT = re.compile(r"%[^%a-zA-Z]*[0-9*]{3,}")
TOP_NAMES = ("domain", "previous", "spec", "task", "tasks", "vars", "with")


class TooMuch(Exception):
    """A template asks for more than it may have."""


class Missing(StrictUndefined):
    """A name that does not exist: using it in any way is an error that says what was meant."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        """Two lines: what is wrong and, where something is near, what was meant."""
        if self._undefined_hint:
            return self._undefined_hint
        obj, name = self._undefined_obj, str(self._undefined_name)
        if obj is missing:
            return f'"{name}" is undefined\n{advice(name, TOP_NAMES)}'
        if not isinstance(obj, Named):
            return f'{kind(obj)} has no "{name}"'
        dashed = [key for key in obj if key.startswith(f"{name}-")]
        told = f"write {obj.path}['{dashed[0]}']" if dashed else advice(name, obj)
        if obj.path == "tasks" and told.startswith("known"):
            told = f"add {name} to depends_on: a task knows its upstreams only"
        return f'"{obj.path}.{name}" is undefined\n{told}'


def advice(name: str, known: Iterable[str]) -> str:
    """Answer what to do about an unknown name: the nearest known one, else the first of all."""
    names = [str(key) for key in known]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(sorted(names)[:8]) or 'none'}"


def _to_json(value: Any, indent: int | None = None) -> Any:  # noqa: ANN401 - any template value
    """Write a value as JSON; a placeholder stays one."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _patient(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Make a filter answer a placeholder when it is given one; jinja's marks on the function are kept."""

    @functools.wraps(function)
    def patient(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - any filter
        for value in given[:2]:
            if isinstance(value, Later):
                return value.below(f"{value.path} | {name}")
        return function(*given, **more)

    return patient


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with nothing but the words above; values of mappings come before their methods."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            undefined=Missing, autoescape=False, keep_trailing_newline=True, loader=loader, cache_size=200
        )
        self.globals = {name: self.globals[name] for name in ("range", "dict", "namespace")}
        self.filters = {name: _patient(FILTERS[name], name) for name in FILTER_NAMES}
        self.filters["tojson"] = _patient(_to_json, "tojson")
        self.touched: set[str] = set()

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - jinja's signature
        """Note every template that a rendering goes through, cached or not."""
        self.touched.add(name)
        return super()._load_template(name, globals)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - any template value
        """Answer `obj.attribute`."""
        if isinstance(obj, Later):
            return obj.below(f"{obj.path}.{attribute}")
        if isinstance(obj, Named):
            if attribute in obj:
                return obj[attribute]
            if attribute not in MAPPING_METHODS:
                return self.undefined(obj=obj, name=attribute)
        if isinstance(obj, str) and attribute in WIDE:
            return self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - any template value
        """Answer `obj[argument]`."""
        if isinstance(obj, Later):
            return obj.below(f"{obj.path}[{argument}]")
        if isinstance(obj, Named):
            return obj[argument] if argument in obj else self.undefined(obj=obj, name=argument)
        if isinstance(obj, str) and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:  # noqa: ANN401 - any template value
        """Refuse at once, even if the value would never be used."""
        raise SecurityError(f'access to "{attribute}" of a {type(obj).__name__} refused')

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - any template value
        """Calculate within bounds."""
        if not isinstance(left, Later) and not isinstance(right, Later):
            _measure(operator, left, right)
        return super().call_binop(context, operator, left, right)


def _measure(operator: str, left: Any, right: Any) -> None:  # noqa: ANN401 - any template value
    if operator == "**" and isinstance(left, int) and isinstance(right, int):
        if abs(left).bit_length() * abs(right) > BITS_LIMIT:
            raise TooMuch("a power with too many digits")
    elif operator == "*":
        for much, times in ((left, right), (right, left)):
            repeated = isinstance(much, str | list | tuple) and isinstance(times, int)
            if repeated and len(much) * times > OUTPUT_LIMIT:
                raise TooMuch(f"a repetition of {len(much) * times:,} items (limit {OUTPUT_LIMIT:,})")
        if (
            isinstance(left, int)
            and isinstance(right, int)
            and left.bit_length() + right.bit_length() > BITS_LIMIT
        ):
            raise TooMuch("a product with too many digits")
    elif operator == "%" and isinstance(left, str) and WIDE_FORMAT.search(left):
        raise TooMuch("a text format with a width")
