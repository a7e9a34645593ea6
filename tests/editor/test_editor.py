"""What people see in an editor while they write a spec: marks, completion, words under the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.spec.published import SCHEMAS, schema_text
from specrun.spec.starting import SCHEMAS as FOLDER
from specrun.spec.starting import Start, header
from tests.clis.pins import EDITOR, Missing, lacking, program
from tests.editor.server import Mark, Server
from tests.test_readme import SETTINGS, SPECS

ROOT = Path(__file__).parents[2]
SPEC, SETTING = header("spec", "../"), header("settings")
HEAD = f"{SPEC}\nversion: 1\nname: demo\nagent: shell\ntasks:\n  one:\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Answer a server for a repo that has the schemas where `specrun init` puts them."""
    if reason := lacking(EDITOR):
        pytest.skip(reason)
    try:
        program(EDITOR)
    except Missing as missing:
        pytest.fail(str(missing))
    root = tmp_path / "repo"
    (root / FOLDER).mkdir(parents=True)
    for name in SCHEMAS:
        (root / FOLDER / f"{name}.schema.json").write_text(schema_text(name))
    with Server(root, tmp_path / "home") as one:
        yield one


def bare(text: str) -> str:
    """Answer a file without the header that it may have."""
    return "".join(row for row in text.splitlines(keepends=True) if "yaml-language-server" not in row)


def test_nothing_is_marked_in_what_specrun_takes(server: Server) -> None:
    specs = {f"block-{number}": text for number, text in enumerate(SPECS.values())}
    files = [*(ROOT / "specs").glob("*.yaml"), *(ROOT / "examples").rglob("*.yaml")]
    for path in files:
        if b"\ntasks:" in path.read_bytes():
            specs["-".join(path.relative_to(ROOT).with_suffix("").parts)] = path.read_text()
    specs["init"] = Start(agent="claude", kind="python", checks=("test",)).spec("hello", "repo")
    for name, text in specs.items():
        assert server.open(f"specs/{name}.yaml", f"{SPEC}\n{bare(text)}") == (), name
    assert len(specs) > 5
    settings = [
        *SETTINGS.values(),
        (ROOT / "examples/agents/aider.yaml").read_text(),
        Start(agent="shell").settings(),
    ]
    for number, text in enumerate(settings):
        assert server.open(f"settings-{number}.yaml", f"{SETTING}\n{bare(text)}") == (), text


def test_slips_are_marked_where_they_are(server: Server) -> None:
    text = f"{HEAD}    prompt: x\n    promt: y\n    max_turns: many\n    complexity: hard\n    timeout: 5\n"
    assert server.open("specs/slips.yaml", f"{text}    idle_timeout: 5 min\n") == (
        Mark(8, 5, 10, "Property promt is not allowed."),
        Mark(9, 16, 20, 'Incorrect type. Expected "integer | null".'),
        Mark(10, 17, 21, 'Value is not accepted. Valid values: "low", "medium", "high".'),
        Mark(11, 14, 15, 'Incorrect type. Expected "string | null".'),
        Mark(12, 19, 24, "A duration with its unit, or the word none. Write for example 30m, none."),
    )


@pytest.mark.parametrize(
    ("task", "mark"),
    [
        ("    title: x\n", Mark(6, 3, 6, 'Missing property "prompt".')),
        (
            "    prompt: x\n    template: y.j2\n",
            Mark(7, 5, 6, "Matches multiple schemas when only one must validate."),
        ),
        (
            "    template: ../x.j2\n",
            Mark(7, 15, 22, "Write a path from the repo root that does not leave the repo."),
        ),
        (
            "    prompt: x\n    depends_on: a\n",
            Mark(8, 17, 18, 'Incorrect type. Expected "array | object(depends_on)".'),
        ),
        (
            "    prompt: x\n    touches: ['!src']\n",
            Mark(
                8,
                15,
                21,
                "Write a glob below the repo root such as src/**, and no exceptions here.",
            ),
        ),
    ],
)
def test_what_a_task_needs_is_told(server: Server, task: str, mark: Mark) -> None:
    assert server.open("specs/task.yaml", HEAD + task) == (mark,)


def test_keys_and_words_are_offered(server: Server) -> None:
    server.open(
        "specs/new.yaml", f"{HEAD}    \n    complexity: \n    agent: \n    retry:\n      on: [\n      \n"
    )
    keys = server.complete("specs/new.yaml", 7, 5)
    assert keys.keys() >= {"prompt", "template", "depends_on", "checks", "judge", "touches", "timeout"}
    assert keys.keys().isdisjoint({"tasks", "complexity", "retry"})
    assert keys["max_turns"] == "max_turns: ${1:40}"
    assert server.complete("specs/new.yaml", 8, 17).keys() >= {"low", "medium", "high"}
    assert server.complete("specs/new.yaml", 9, 12).keys() >= {"claude", "codex", "shell"}


def test_words_stand_under_the_mouse(server: Server) -> None:
    server.open("specs/hover.yaml", f"{HEAD}    prompt: x\n    model: opus\n    workspace: none\n")
    assert server.hover("specs/hover.yaml", 7, 6).startswith("#### prompt")
    told = server.hover("specs/hover.yaml", 8, 6)
    assert "The model that does the task; absent: see `models`." in told
    assert "opus" in told
    assert "clone: each attempt in its own clone" in server.hover("specs/hover.yaml", 9, 6)
    assert "One unit of work." in server.hover("specs/hover.yaml", 6, 4)


def test_settings_have_a_schema_of_their_own(server: Server) -> None:
    text = f"{SETTING}\nversion: 1\nagents:\n  own:\n    argv: [x]\n    model_flg: --model\n"
    assert server.open("specrun.yaml", text) == (Mark(6, 5, 14, "Property model_flg is not allowed."),)
    assert server.open("other.yaml", f"{SETTING}\nversion: 1\ntasks: {{}}\n")[0].line == 3


def test_where_there_is_no_header_nothing_is_fetched(server: Server) -> None:
    assert server.open("specs/plain.yaml", "version: 1\nanything: goes\n") == ()
