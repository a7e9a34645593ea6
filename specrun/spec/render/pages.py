"""Renders one prompt: compiles it, runs it within the output limit, and locates whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from jinja2 import BaseLoader, Environment, Template, TemplateNotFound, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from specrun.spec.render.plain import in_words
from specrun.spec.render.sandbox import FILTER_NAMES, MAPPING_METHODS, OUTPUT_LIMIT, Sandbox, TooMuch

INLINE = "<prompt>"
RUN_TIME = frozenset({"tasks", "previous"})
VARS = "vars"


class Refused(Exception):
    """A template file that may not be read: code, what is wrong, what to do."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code = code
        self.fix = fix


class Absent(TemplateNotFound):
    """A template file that is not there; `ignore missing` may forgive it."""

    code = "E400"

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


class Bad(Exception):
    """A prompt that cannot be rendered: code, what, fix, template ("" for the prompt itself) and line."""

    def __init__(self, code: str, what: str, fix: str, place: tuple[str, int]) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix
        self.place = place


@dataclass(slots=True, eq=False)
class _Templates(BaseLoader):
    """Asks specrun for template files and remembers what they mention."""

    ask: Callable[[str], dict[str, str]]
    uses: dict[str, frozenset[str]] = field(default_factory=dict)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        answer = self.ask(template)
        if "code" in answer:
            if answer["code"] == "E400":
                raise Absent(answer["what"], answer["fix"])
            raise Refused(answer["code"], answer["what"], answer["fix"])
        self.uses[template] = mentioned(environment.parse(answer["source"], template, template))
        return answer["source"], template, lambda: True


def mentioned(tree: nodes.Template) -> frozenset[str]:
    """Answer what a template mentions: run-time names, `vars.NAME` for each, `vars` where it may be any."""
    found: set[str] = set()
    whole = 0
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        if isinstance(node, nodes.Name):
            whole += node.name == VARS
            if node.name in RUN_TIME:
                found.add(node.name)
        elif isinstance(node, nodes.Getattr | nodes.Getitem) and (key := _key_of_vars(node)):
            whole -= 1
            found.add(f"{VARS}.{key}")
    return frozenset({*found, VARS} if whole else found)


def _key_of_vars(node: nodes.Getattr | nodes.Getitem) -> str:
    """Answer which of the `vars` is asked for; "" where none is, or one whose name is made on the way."""
    if not isinstance(node.node, nodes.Name) or node.node.name != VARS:
        return ""
    if isinstance(node, nodes.Getattr):
        return "" if node.attr in MAPPING_METHODS else node.attr
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    return key if isinstance(key, str) else ""


class Pages:
    """All prompts of one child share one environment; `ask` fetches template files."""

    def __init__(self, ask: Callable[[str], dict[str, str]]) -> None:
        self._templates = _Templates(ask)
        self.sandbox = Sandbox(self._templates)

    def page(self, source: str, template: str) -> Page:
        """Compile a prompt; `template` is its file, "" for an inline one. Raises Bad."""
        name = template or INLINE
        with Located({name}):
            return Page(self.sandbox, self._templates, name, self.sandbox.parse(source, name, name))


class Page:
    """One compiled prompt."""

    def __init__(self, sandbox: Sandbox, templates: _Templates, name: str, tree: nodes.Template) -> None:
        self._sandbox = sandbox
        self._templates = templates
        self._name = name
        self._own = mentioned(tree)
        self._pieces = _simple(tree)
        self._template: Template | None = None
        if self._pieces is None:
            code = sandbox.compile(tree, name, name)
            self._template = Template.from_code(sandbox, code, dict(sandbox.globals), None)

    @property
    def uses(self) -> frozenset[str]:
        """What this prompt mentions, and the templates that the last rendering went through."""
        touched = (self._templates.uses.get(name, frozenset()) for name in self._sandbox.touched)
        return self._own.union(*touched)

    @property
    def templates(self) -> frozenset[str]:
        """The other templates that the last rendering went through."""
        return frozenset(self._sandbox.touched)

    def render(self, values: dict[str, Any]) -> str:
        """Answer the text. Raises Bad."""
        self._sandbox.touched.clear()
        with Located({self._name}, self._templates.uses) as located:
            if self._pieces is not None:
                return _gather(self._evaluated(self._pieces, values, located))
            return self._run(self._template, values) if self._template else ""

    def _run(self, template: Template, values: dict[str, Any]) -> str:
        try:
            return _gather(template.root_render_func(template.new_context(values)))
        except Exception:  # noqa: BLE001 - jinja maps any error to the template's lines
            self._sandbox.handle_exception()

    def _evaluated(self, pieces: list[nodes.Expr], values: dict[str, Any], located: Located) -> Iterator[str]:
        for piece in pieces:
            if isinstance(piece, nodes.TemplateData):
                yield piece.data
            else:
                located.line = piece.lineno
                yield str(self._value(piece, values))
        located.line = 0

    def _value(self, piece: nodes.Expr, values: dict[str, Any]) -> Any:  # noqa: ANN401 - any template value
        if isinstance(piece, nodes.Getattr):
            return self._sandbox.getattr(self._value(piece.node, values), piece.attr)
        name = piece.name if isinstance(piece, nodes.Name) else ""
        if name in values:
            return values[name]
        return (
            self._sandbox.globals[name]
            if name in self._sandbox.globals
            else self._sandbox.undefined(name=name)
        )


def _simple(tree: nodes.Template) -> list[nodes.Expr] | None:
    """Answer the parts of a template of text and dotted names only: compiling, the costly part, is spared."""
    pieces: list[nodes.Expr] = []
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            return None
        pieces += output.nodes
    return (
        pieces if all(isinstance(piece, nodes.TemplateData) or _dotted(piece) for piece in pieces) else None
    )


def _dotted(piece: nodes.Node) -> bool:
    while isinstance(piece, nodes.Getattr):
        piece = piece.node
    return isinstance(piece, nodes.Name)


def _gather(pieces: Iterator[str]) -> str:
    parts: list[str] = []
    size = 0
    for part in pieces:
        size += len(part.encode("utf-8", "surrogatepass"))
        if size > OUTPUT_LIMIT:
            raise TooMuch(f"a text of more than {OUTPUT_LIMIT:,} bytes")
        parts.append(part)
    return "".join(parts)


class Located:
    """Turns whatever a template raises into Bad with the line it happened on.

    `line` is that of what is being evaluated, where no template tells.
    """

    def __init__(self, names: Collection[str], more: Collection[str] = ()) -> None:
        self._names = names
        self._more = more
        self.line = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if (
            error is None
            or isinstance(error, Bad | EOFError | BrokenPipeError)
            or not isinstance(error, Exception)
        ):
            return
        place = self._place(error, trace)
        code, what, fix = _worded(error)
        raise Bad(code, what, fix, ("" if place[0] == INLINE else place[0], place[1])) from error

    def _place(self, error: Exception, trace: TracebackType | None) -> tuple[str, int]:
        if isinstance(error, TemplateSyntaxError):
            return error.name or INLINE, error.lineno
        place = next(iter(self._names)), self.line or 1
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name in self._names or name in self._more:
                place = name, trace.tb_lineno
            trace = trace.tb_next
        return place


def _worded(error: Exception) -> tuple[str, str, str]:
    if isinstance(error, Refused | Absent):
        return error.code, str(error), error.fix
    if isinstance(error, TemplateSyntaxError):
        what = in_words(error.message or "not a template")
        filters = f"use one of: {', '.join(FILTER_NAMES)}, tojson"
        return (
            "E300",
            what,
            filters if what.startswith("no filter named") else "see the Jinja template syntax",
        )
    if isinstance(error, UndefinedError):
        what, _, fix = (error.message or "something is undefined").partition("\n")
        return "E301", what, fix
    for kinds, code, what, fix in LIMITS:
        if isinstance(error, kinds):
            return code, what.format(in_words(str(error)) or "memory"), fix
    return (
        "E306",
        f"cannot be rendered: {in_words(str(error)) or type(error).__name__}",
        "mend the expression",
    )


LIMITS: tuple[tuple[tuple[type[Exception], ...], str, str, str], ...] = (
    ((SecurityError,), "E302", "{}", "remove it"),
    ((TooMuch, MemoryError, OverflowError), "E303", "the prompt asks for too much: {}", "make it smaller"),
    ((RecursionError,), "E304", "templates or macros include each other without end", "break the loop"),
)
