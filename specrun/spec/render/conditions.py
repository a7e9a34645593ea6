"""Decides a condition: one expression with the values of its task, and which of them it was decided by."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Template, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.parser import Parser

from specrun.spec.render.later import Later
from specrun.spec.render.pages import INLINE, Bad, Located
from specrun.spec.render.sandbox import Sandbox, advice

RESULT = "result"
VALUE, VALUES = 60, 200
"""Characters of the longest value that is told, and of all that are."""
LATER = "known later"
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Values = Mapping[str, Any]
Chain = nodes.Name | nodes.Getattr | nodes.Getitem


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition holds, None where that is known later, and by which values."""

    met: bool | None
    values: str


class Expression:
    """One compiled condition."""

    def __init__(self, sandbox: Sandbox, source: str) -> None:
        """Compile it. Raises Bad."""
        self._sandbox = sandbox
        with Located({INLINE}):
            self._tree = _parsed(sandbox, source)
            tree = nodes.Template([nodes.Assign(nodes.Name(RESULT, "store"), self._tree, lineno=1)], lineno=1)
            tree.set_environment(sandbox)
            code = sandbox.compile(tree, INLINE, INLINE)
            self._template = Template.from_code(sandbox, code, dict(sandbox.globals), None)
        self._chains = list(_chains(self._tree, sandbox.globals))

    def outcome(self, values: Values, asked: Collection[str]) -> Outcome:
        """Answer what the values make of it. Raises Bad.

        `asked` fills up as soon as it looks at values of later.
        """
        self._known(values)
        try:
            with Located({INLINE}) as located:
                located.line = self._tree.lineno
                met = self._truth(self._value(values))
        except Bad as bad:
            raise Bad(bad.code, bad.what, bad.fix, ("", self._line(bad, values))) from bad
        return Outcome(None if asked else met, self._told(values, later=bool(asked)))

    def _known(self, values: Values) -> None:
        """Refuse names that do not exist, also in a part that these values do not lead to."""
        names = [self._tree] if isinstance(self._tree, nodes.Name) else self._tree.find_all(nodes.Name)
        for node in names:
            if node.name == "previous":
                fix = "remove it: a condition is decided before the first attempt"
                raise Bad("E301", '"previous" is no value of a condition', fix, ("", node.lineno))
            if node.name not in values and node.name not in self._sandbox.globals:
                what = f'"{node.name}" is undefined'
                raise Bad("E301", what, advice(node.name, values), ("", node.lineno))

    def _line(self, bad: Bad, values: Values) -> int:
        """Answer the line of what is undefined: of an expression with many lines jinja tells the first."""
        if bad.code == "E301":
            for chain in self._chains:
                if isinstance(self._read(chain, values), Undefined):
                    return chain.lineno
        return bad.place[1]

    def _value(self, values: Values) -> Any:  # noqa: ANN401 - any template value
        context = self._template.new_context(dict(values))
        try:
            for _ in self._template.root_render_func(context):
                pass
        except Exception:  # noqa: BLE001 - jinja maps any error to the expression's lines
            self._sandbox.handle_exception()
        return context.vars[RESULT]

    def _truth(self, value: Any) -> bool:  # noqa: ANN401 - any template value
        if isinstance(value, str):
            fix = 'compare it with what you mean, such as == "yes"'
            raise Bad("E306", f"it gives the text {_capped(value)}", fix, ("", self._tree.lineno))
        return bool(value)

    def _told(self, values: Values, *, later: bool) -> str:
        """Answer the values that the expression names; those of later only while it is open."""
        found = {_path(chain): self._read(chain, values) for chain in self._chains}
        told = (
            f"{path} = {LATER if isinstance(value, Later) else _capped(value)}"
            for path, value in found.items()
            if later or not isinstance(value, Later)
        )
        text = ", ".join(told)
        return text if len(text) <= VALUES else f"{text[: VALUES - 1]}…"

    def _read(self, chain: nodes.Expr, values: Values) -> Any:  # noqa: ANN401 - any template value
        try:
            if isinstance(chain, nodes.Getattr):
                return self._sandbox.getattr(self._read(chain.node, values), chain.attr)
            if isinstance(chain, nodes.Getitem):
                return self._sandbox.getitem(self._read(chain.node, values), _key(chain))
        except (SecurityError, UndefinedError):
            return self._sandbox.undefined()
        return values[chain.name] if isinstance(chain, nodes.Name) else None


def _parsed(sandbox: Sandbox, source: str) -> nodes.Expr:
    parser = Parser(sandbox, source, INLINE, INLINE, state="variable")
    found = parser.parse_expression()
    if not parser.stream.eos:
        rest = parser.stream.current
        what = f"nothing may follow the expression, found {_capped(rest.value)}"
        raise TemplateSyntaxError(what, rest.lineno, INLINE, INLINE)
    found.set_environment(sandbox)
    return found


def _chains(node: nodes.Node, known: Collection[str]) -> Iterator[nodes.Expr]:
    """Find the values that an expression names: words joined by dots and constant keys."""
    if isinstance(node, Chain) and _root(node) is not None:
        if _root(node) not in known:
            yield node
        return
    callee = node.node if isinstance(node, nodes.Call) else None
    for below in node.iter_child_nodes():
        # The name of a method is no value, what it is asked of is one.
        yield from _chains(
            below.node if below is callee and isinstance(below, nodes.Getattr) else below, known
        )


def _root(node: nodes.Node) -> str | None:
    """Answer the first word of a chain, None for anything else."""
    while isinstance(node, nodes.Getattr) or (isinstance(node, nodes.Getitem) and _key(node) is not None):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None


def _key(node: nodes.Getitem) -> str | int | None:
    value = node.arg.value if isinstance(node.arg, nodes.Const) else None
    return value if isinstance(value, str | int) else None


def _path(chain: nodes.Expr) -> str:
    if isinstance(chain, nodes.Getattr):
        return f"{_path(chain.node)}.{chain.attr}"
    if isinstance(chain, nodes.Getitem):
        key = _key(chain)
        plain = isinstance(key, str) and PLAIN_KEY.fullmatch(key)
        return f"{_path(chain.node)}.{key}" if plain else f"{_path(chain.node)}[{key!r}]"
    return chain.name if isinstance(chain, nodes.Name) else ""


def _capped(value: Any) -> str:  # noqa: ANN401 - any template value
    if isinstance(value, Undefined):
        return "undefined"
    text = json.dumps(value, ensure_ascii=False, default=lambda _odd: LATER)
    return text if len(text) <= VALUE else f"{text[: VALUE - 1]}…"
