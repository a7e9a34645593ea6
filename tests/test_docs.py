"""Checks links, commands and decisions of the README and of docs/, and how the site is put together."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import click
import pytest

from specrun import cli
from specrun.commands.verbs import grouped

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
README_LINES = 220
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("pages", str(ROOT / "scripts/pages"))
    spec = spec_from_loader("pages", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def lines() -> Iterator[tuple[str, str]]:
    """Every command line of specrun that a page shows, in blocks for a shell or between backticks."""
    for path in PAGES:
        text = path.read_text()
        shown = [line for kind, block in FENCE.findall(text) if kind == "sh" for line in block.splitlines()]
        shown += re.findall(r"`(specrun [^`|…<A-Z]*)`", FENCE.sub("", text))
        for line in shown:
            if line.startswith("specrun "):
                yield name(path), line


def test_readers_of_the_readme_have_ten_minutes() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_options_on_the_site_can_be_copied() -> None:
    assert runpy.run_path(str(DOCS / "conf.py"))["smartquotes"] is False, "it makes one dash of two hyphens"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path: Path, script: ModuleType) -> None:
    generated = {DOCS / "reference" / f"{topic}.md" for topic in (*script.TOPICS, "python")}
    text = FENCE.sub("", path.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("#"):
            place = (path.parent / target.partition("#")[0]).resolve()
            assert place in generated or place.exists(), target
    for target in re.findall(r"\{literalinclude\} (\S+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_every_command_that_is_shown_is_one() -> None:
    shown = [*lines()]
    assert len(shown) > 40
    for page, line in shown:
        _, verb, *rest = shlex.split(line.partition(" > ")[0], comments=True)
        if verb.startswith("-"):
            continue
        command = grouped(cli.COMMANDS).get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None, f"{page}: {line}"
        if rest and "--help" not in rest:
            try:
                command.make_context(verb, rest)
            except click.UsageError as problem:
                pytest.fail(f"{page}: {line}: {problem.format_message()}")


def test_decisions_are_numbered_and_say_what_was_turned_down() -> None:
    months = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.stem != "index")
    text = "".join(path.read_text() for path in months)
    numbers = [int(found) for found in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)]
    assert len(numbers) > 30
    assert numbers == [*range(1, len(numbers) + 1)]
    assert text.count("**Turned down:** ") == len(numbers)
    assert len(re.findall(r"^\*\d{4}-\d\d-\d\d\.\* ", text, re.MULTILINE)) == len(numbers)
    index = (DOCS / "decisions/index.md").read_text()
    assert f"({months[-1].name}), " in index
    assert f" to {numbers[-1]}\n" in index


def test_every_topic_of_help_has_its_page(script: ModuleType) -> None:
    from specrun.report.topics import TOPICS

    assert {*script.TOPICS} == {*TOPICS}
    shown = (DOCS / "reference.md").read_text()
    assert all(f"(reference/{topic}.md)" in shown for topic in (*script.TOPICS, "python"))


def test_the_site_is_put_together_from_pages_papers_and_what_specrun_prints(
    script: ModuleType, tmp_path: Path
) -> None:
    script.write(tmp_path / "source")
    made = tmp_path / "source/docs"
    states = (made / "reference/states.md").read_text()
    assert states.startswith("# States\n")
    assert states.count("\n# ") == 0
    assert "succeeded" in states
    python = (made / "reference/python.md").read_text()
    assert "def load(" in python
    assert "```pycon\n>>> project = load()" in python
    # Links between papers of the root and pages are those of the site.
    assert "](concepts.md)" in (made / "README.md").read_text()
    assert "](docs/" not in (made / "README.md").read_text()
    assert "](ARCHITECTURE.md#" in (made / "concepts.md").read_text()
    assert (made / "../examples/cookbook/fan-out/specs/fan-out.yaml").exists()


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ('<script src="https://cdn.example/x.js">', True),
        ('<link rel="stylesheet" href="//fonts.example/css">', True),
        ('<img alt="a" src=http://x.example/a.png>', True),
        ("@font-face { src: url('https://fonts.example/a.woff2') }", True),
        ('@import "https://x.example/a.css";', True),
        ('<a href="https://semver.org/">', False),
        ('<script src="_static/furo.js"></script><a href="https://x.example">', False),
        ('<svg xmlns="http://www.w3.org/2000/svg">', False),
        ("url(data:image/svg+xml;charset=utf-8,<svg xmlns=http://www.w3.org/2000/svg>)", False),
    ],
)
def test_a_page_that_asks_another_host_is_found(
    script: ModuleType, tmp_path: Path, text: str, *, asks: bool
) -> None:
    (tmp_path / "a.html").write_text(f"<p>one</p>\n{text}\n")
    assert bool(script.asking(tmp_path)) == asks


def test_the_python_on_the_page_runs(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", (DOCS / "python.md").read_text(), re.DOTALL | re.MULTILINE)
    (repo / "specs").mkdir()
    head = "version: 1\nname: demo\nagent: shell\nexecutor: process\n"
    (repo / "specs/demo.yaml").write_text(
        f"{head}tasks:\n  one: {{prompt: echo 1 > one.txt}}\n  two: {{prompt: exit 3}}\n"
    )
    monkeypatch.chdir(repo)
    exec(compile(code, "python.md", "exec"), {})
    said = capsys.readouterr().out
    assert "run demo/one never run\n" in said
    assert "demo/two exit code 3" in said
    assert "demo/one succeeded " in said


def test_the_table_of_keys_is_that_of_the_models() -> None:
    from pydantic import BaseModel

    from specrun.spec.schema import DomainDoc, SharedDoc, SpecDoc, TaskDoc
    from specrun.spec.schema_settings import SettingsDoc

    text = (DOCS / "specs.md").read_text()
    rows = re.findall(r"^\| (?:`?)([a-z.]+)(?:`?)[^|]* \| (`.*) \|$", text.partition("## ")[0], re.MULTILINE)
    told = {place: set(re.findall(r"`(\w+)`", keys)) for place, keys in rows}
    shared = {field.alias or key for key, field in SharedDoc.model_fields.items()}
    models: dict[str, type[BaseModel]] = {
        "spec": SpecDoc,
        "domain": DomainDoc,
        "task": TaskDoc,
        "specrun.yaml": SettingsDoc,
    }
    wanted = {
        place: {field.alias or key for key, field in model.model_fields.items()} - shared
        for place, model in models.items()
    }
    assert told == {**wanted, "defaults": shared}
