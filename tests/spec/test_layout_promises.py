"""However a file is written: laid out, it says the same, with every comment at its key, for good."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode

from specrun.core.task import Task, TaskId
from specrun.errors import Where
from specrun.spec.layout import laid_out
from specrun.spec.layout_order import KINDS, below
from tests.spec.corpus import loaded, make_repo, write

ROOT = Path(__file__).parents[2]
CORPUS = [
    path for folder in ("specs", "examples", "tests") for path in sorted((ROOT / folder).rglob("*.yaml"))
]
PAPERS = [
    (f"README.md-{number}", text.encode())
    for number, text in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    )
]
TEXTS = [
    *("a", "two words", "tests/**", "Bash(make test)", "a: b", "a #b", "#c", "yes", "1", "1.50", "null", ""),
    *("~", "it's", 'say "x"', "back\\slash", "{{ vars.x }}", "[x]", "x, y", " lead", "trail ", "é", "0x1f"),
    *("2024-01-01", "one\ntwo\n", "one\ntwo", "one\n\n  two\n\n\n", "  in\nout\n", "a\n# no comment\n"),
    *("\n\nlate\n", "\n", "end \nx\n"),
]
ANYTHING = [*TEXTS, None, True, False, 0, 17, -3, 2.5]
PIECES = [
    *("a", "version", "tasks", "retry", "limit", "x-q", ": ", ":", ":\n", "- ", "\n", "\n  ", "\n    "),
    *("\n- ", "\n\n", " # c1", " # c2", "\n# c3", "\n  # c4", "\n      # c5\n", "[", "]", "{", "}", ", "),
    *("'", '"', "'q r'", '"a\\nb"', "|", "|-", "|+", ">", ">-", "|2", "&n ", "&m\n", "*n", "*m", "? "),
    *("---\n", "1", "~", "yes", "  ", " ", "\t", "é", '"x\n  y"', "'x\n\n y'", "name: a\n", "b: 1\n"),
    *("prompt: |\n  text\n", "- - a\n", "\r\n"),
]


def plainly(text: str) -> Any:
    """Read YAML as the library itself understands it: types, and texts without their quotes."""
    with warnings.catch_warnings():
        # An anchor may be set twice.
        warnings.simplefilter("ignore")
        return _plain(YAML(typ="safe", pure=True).compose(io.StringIO(text)))


def _plain(node: Any) -> Any:
    if isinstance(node, ScalarNode):
        return (node.tag, node.value)
    if isinstance(node, MappingNode):
        return {repr(_plain(key)): _plain(value) for key, value in node.value}
    return [_plain(item) for item in node.value]


def kept(data: bytes, comments: Counter[str] | None = None) -> str:
    """Hold one file to every promise and answer its layout."""
    laid = laid_out("f.yaml", data)
    assert (laid.problems, laid.refused) == ((), "")
    assert laid.after is not None
    before = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    assert json.dumps(plainly(laid.after), sort_keys=True) == json.dumps(plainly(before), sort_keys=True)
    again = laid_out("f.yaml", laid.after.encode())
    assert again.after == laid.after
    assert not again.changed
    assert "\r" not in laid.after
    assert laid.after.endswith("\n")
    if comments is not None:
        assert Counter(re.findall(r"# \w+ of [\w-]+ \d+$", laid.after, re.MULTILINE)) == comments
    return laid.after


class Author:
    """Writes data as YAML in the most careless of ways, and remembers its comments."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.step = random.randint(1, 5)
        self.lines: list[str] = []
        self.comments: list[str] = []
        self.anchors: dict[str, str] = {}
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def comment(self, where: str, name: str) -> str:
        self.comments.append(f"# {where} of {name} {len(self.comments)}")
        return self.comments[-1]

    def above(self, indent: str, name: str, *, first: bool = False) -> None:
        """Comments above the first key go with it only where no empty line parts them from it."""
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            self.lines += [" " * self.random.randint(0, 3)] * (not first and self.chance(0.3))
            self.lines.append(indent + self.comment("above", name))
        self.lines += [""] * (0 if first else self.random.choice((0, 0, 0, 1, 2)))

    def beside(self, name: str) -> str:
        return " " * self.random.randint(1, 9) + self.comment("beside", name) if self.chance(0.25) else ""

    def mapping(self, data: dict[str, Any], indent: str, begin: str | None = None) -> None:
        for number, (key, value) in enumerate(data.items()):
            if number or begin is None:
                self.above(indent, key, first=number == 0)
            written = json.dumps(key) if self.chance(0.1) else key
            self.below(f"{begin if begin and not number else indent}{written}:", value, indent, key)
        if self.chance(0.15):
            self.lines.append(indent + self.comment("end", "it"))

    def sequence(self, data: list[Any], indent: str) -> None:
        for value in data:
            self.above(indent, "item")
            if isinstance(value, dict) and value and self.chance(0.6):
                self.mapping(value, indent + "  ", f"{indent}- ")
            else:
                self.below(f"{indent}-", value, indent, "item")

    def below(self, line: str, value: Any, indent: str, name: str) -> None:
        deeper = indent + " " * self.step
        same = json.dumps(value)
        if same in self.anchors and self.chance(0.5):
            self.lines.append(f"{line} *{self.anchors[same]}{self.beside(name)}")
            return
        anchor = ""
        if self.chance(0.1):
            self.count += 1
            # Names of texts are used again: an alias means the last that was called so.
            anchor = f"b{self.count}" if isinstance(value, (dict, list)) else f"n{self.count % 7}"
            line += f" &{anchor}"
        if isinstance(value, (dict, list)) and value and self.chance(0.7):
            self.lines.append(line + self.beside(name))
            if isinstance(value, dict):
                self.mapping(value, deeper)
            else:
                self.sequence(value, indent if name != "item" and self.chance(0.3) else deeper)
        elif isinstance(value, (dict, list)):
            whole = (
                json.dumps(value, ensure_ascii=False) if self.chance(0.5) else self.brackets(value, deeper)
            )
            self.lines.append(f"{line} {whole}{self.beside(name)}")
        else:
            self.scalar(line, value, deeper, name)
        if anchor:
            self.anchors = {each: other for each, other in self.anchors.items() if other != anchor}
            self.anchors[same] = anchor

    def brackets(self, value: Any, indent: str) -> str:
        """Write a list or mapping in brackets over several lines, with comments between."""
        if not isinstance(value, (dict, list)) or not value:
            return json.dumps(value, ensure_ascii=False)
        parts = value.items() if isinstance(value, dict) else [("", each) for each in value]
        text = "{" if isinstance(value, dict) else "["
        for key, each in parts:
            inner = self.brackets(each, indent + "  ") if self.chance(0.5) else json.dumps(each)
            text += f"\n{indent}" if self.chance(0.8) else " "
            text += f"{key}: {inner}" if key else inner
            text += f",{self.beside(key or 'item')}\n" if self.chance(0.8) else ","
        return text + f"\n{indent}" + ("}" if isinstance(value, dict) else "]")

    def scalar(self, line: str, value: Any, indent: str, name: str) -> None:
        ways = [json.dumps(value, ensure_ascii=False)]
        if isinstance(value, str) and "\n" not in value:
            ways.append("'" + value.replace("'", "''") + "'")
        if (
            isinstance(value, str)
            and re.fullmatch(r"[a-z][a-z ]*[a-z]|a", value)
            and value not in {"yes", "null"}
        ):
            ways += [value, value.replace(" ", f"\n{indent}")]
        if value is None:
            ways += ["", "~"]
        way = self.random.choice(ways)
        if isinstance(value, str) and "\n" in value.strip("\n") and self.chance(0.7):
            body = value.rstrip("\n").split("\n")
            ends = len(value) - len(value.rstrip("\n"))
            sign = f"{self.step}" if value[0] in " \n" else ""
            self.lines.append(f"{line} |{sign}{('-', '')[ends] if ends < 2 else '+'}{self.beside(name)}")
            self.lines += [indent + each if each else "" for each in body] + [""] * (ends - 1)
            return
        self.lines += f"{line} {way}{self.beside(name)}".split("\n")


def random_value(random: Random, kind: str, depth: int) -> Any:
    """Make a value for a key: of the kind that the table knows, or anything."""
    if kind in KINDS and depth < 5:
        if KINDS[kind].order:
            return random_mapping(random, kind, depth)
        if kind in {"tasks", "domains", "agents", "edges", "projects"}:
            return {
                name: random_value(random, below(kind, name), depth + 1) for name in random.sample("pqrs", 2)
            }
        return [random_value(random, below(kind, "*"), depth + 1) for _ in range(random.randint(0, 2))]
    choice = random.random()
    if choice < 0.15 and depth < 5:
        return [random_value(random, "", depth + 1) for _ in range(random.randint(0, 3))]
    if choice < 0.3 and depth < 5:
        return {
            name: random_value(random, "", depth + 1) for name in random.sample("uvwx", random.randint(0, 3))
        }
    return random.choice(ANYTHING)


def random_mapping(random: Random, kind: str, depth: int = 0) -> dict[str, Any]:
    names = [*KINDS[kind].order, "x-b", "x-a", "unknown"]
    chosen = random.sample(names, random.randint(1, min(7, len(names))))
    found = {name: random_value(random, below(kind, name), depth + 1) for name in chosen}
    return {**found, "version": 1} if kind == "file" else found


def attached(text: str) -> list[str]:
    """Answer every comment of `Author` that does not stand where it belongs."""
    lines = text.split("\n")
    wrong = []
    for number, line in enumerate(lines):
        for where, name in re.findall(r"# (above|beside) of ([\w-]+) \d+$", line):
            after = (
                each.strip() for each in lines[number:] if each.strip() and not each.strip().startswith("#")
            )
            bare = next(after, "") if line.strip().startswith("#") else line.strip()
            key = re.fullmatch(r"(- )*\"?" + name + r"\"?:.*", bare)
            item = name == "item" and bare.startswith("-")
            broken = where == "beside" and bare.startswith("words ")
            if not (key or item or broken):
                wrong.append(f"{line.strip()} before {bare}")
    return wrong


@given(st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_careless_files_keep_every_promise(random: Random) -> None:
    author = Author(random)
    author.mapping(random_mapping(random, "file"), "")
    text = "\n".join(author.lines) + "\n" * random.randint(0, 3)
    if random.random() < 0.2:
        text = "\ufeff" + text.replace("\n", "\r\n")
    after = kept(text.encode(), Counter(author.comments))
    assert attached(after) == []


@given(st.lists(st.sampled_from(PIECES), max_size=18).map(lambda parts: "".join(["version: 1\n", *parts])))
@example("version: 1\n , \n\n    ] # c1\n      # c5\n# c2*n\n")
@example("{\n# c3\n  }# c2\n")
@example("version: &n 1\n? x\n  y\n: *n\n")
@example("a:\n> # c1\n  y\n    ")
@example("b:\n- # c1\n  a: 1\nversion: |\n x\n   \n# c2\n\nname: b\n")
@settings(max_examples=400)
def test_any_text_that_is_read_keeps_every_promise(text: str) -> None:
    laid = laid_out("f.yaml", text.encode())
    assert laid.refused == ""
    if laid.after is not None:
        assert laid_out("f.yaml", laid.after.encode()).after == laid.after


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_this_repo_is_kept_or_told(path: Path) -> None:
    data = path.read_bytes()
    laid = laid_out("f.yaml", data)
    if laid.problems:
        assert laid.after is None
    else:
        kept(data)


@pytest.mark.parametrize(("name", "data"), PAPERS, ids=[name for name, _ in PAPERS])
def test_every_example_of_the_papers_is_kept(name: str, data: bytes) -> None:
    kept(data)


@pytest.mark.parametrize(("name", "data"), PAPERS, ids=[name for name, _ in PAPERS])
def test_what_should_be_is_the_same(name: str, data: bytes, tmp_path: Path) -> None:
    file = "specs/demo.yaml" if b"\ntasks:" in data else "specrun.yaml"
    root = write(make_repo(tmp_path), data, file)
    if file == "specrun.yaml":
        write(root, "version: 1\nname: demo\nagent: shell\ntasks:\n  a: {prompt: x}\n")
    before = loaded(root)
    write(root, kept(data), file)
    after = loaded(root)
    assert after.agents == before.agents
    assert after.desired.specs == before.desired.specs
    assert placeless(after.desired.tasks) == placeless(before.desired.tasks)


def placeless(tasks: Mapping[TaskId, Task]) -> list[Task]:
    """Forget where tasks are written, and nothing else."""
    return [replace(task, where=Where("")) for task in tasks.values()]
