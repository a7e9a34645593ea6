"""Holds the walls of the house: sizes, twins, names, papers, pins and locks."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    *(
        "specrun",
        "tests",
        "benchmarks",
        "specs",
        "prompts",
        "schema",
        "scripts",
        "docs",
        "examples",
        "skills",
    ),
    *(".ci", ".github"),
)
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-docs.txt",
    "benchmarks/requirements.txt",
    "benchmarks/snakemake.txt",
    "scripts/package.txt",
)
FILE_LINES = 300
FUNCTION_LINES = 40
FORBIDDEN_MODULES = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "core_utils"}
FORBIDDEN_CLASSES = re.compile(r"(?:Manager|Handler|Service|Utils?|Helper)$|.(?<!Code)Base$")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CONSTANTS = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders or ("specrun", "tests", "benchmarks"):
        # The fixtures are projects of their own.
        found = sorted((ROOT / folder).rglob("*.py"))
        yield from (path for path in found if not path.is_relative_to(ROOT / "tests" / "fixtures"))


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project with its path from the root."""
    top = [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".coverage")]
    deep = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(top + deep):
        if "__pycache__" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_bytes().decode(errors="replace")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        first = function.body[0]
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def says_nothing_to_test(module: ast.Module) -> bool:
    """Whether a module only has a docstring, imports and constants."""
    return all(isinstance(node, CONSTANTS) for node in module.body)


def twin(path: Path) -> Path:
    """The test file that belongs to a source file."""
    inside = path.relative_to(ROOT / "specrun")
    return ROOT / "tests" / inside.parent / f"test_{path.stem.strip('_')}.py"


def test_files_are_short() -> None:
    long = [name(path) for path in modules() if len(path.read_text().splitlines()) > FILE_LINES]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS) and length(node) > FUNCTION_LINES
    ]
    assert long == []


def test_every_module_begins_with_one_sentence_about_its_job() -> None:
    silent = []
    for path in modules():
        if path.read_text():
            first = (ast.get_docstring(tree(path)) or "").split("\n")[0]
            if not re.fullmatch(r"[A-Z`a-z].{8,}\.", first):
                silent.append(name(path))
    assert silent == []


def test_every_source_module_has_a_twin_with_tests() -> None:
    alone = []
    for path in modules("specrun"):
        if path.name == "__init__.py" and says_nothing_to_test(tree(path)):
            continue
        other = twin(path)
        if not other.exists() or not re.search(r"^def test_", other.read_text(), re.MULTILINE):
            alone.append(f"{name(path)} wants {name(other)}")
    assert alone == []


def test_no_module_or_class_has_an_empty_name() -> None:
    vague = [name(path) for path in modules() if path.stem in FORBIDDEN_MODULES]
    vague += [
        f"{name(path)}: {node.name}"
        for path in modules("specrun")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and FORBIDDEN_CLASSES.search(node.name)
    ]
    assert vague == []


def test_nothing_is_mocked() -> None:
    mocked = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and re.search(
            r"\bmock\b", " ".join([getattr(node, "module", "") or "", *(a.name for a in node.names)])
        )
    ]
    assert mocked == []


def test_no_path_of_one_machine_and_no_registry_host() -> None:
    machine = re.compile(r"""(?:^|[\s"'=(`])/(?:root|work|home|Users|opt)/\w""", re.MULTILINE)
    registry = re.compile(r"pypi\.org|pythonhosted|registry\.npm|--(?:extra-)?index-url|--find-links")
    found = [
        f"{path}: {hit.group().strip()}"
        for path, text in texts()
        if path != name(Path(__file__))
        for hit in [machine.search(text) or registry.search(text)]
        if hit
    ]
    assert found == []


def test_nothing_points_outside_the_repo() -> None:
    """A stranger's clone has no design papers and no tracker."""
    elsewhere = re.compile(r"\bDESIGN\b|\bresearch/|\bissue #?\d|style\.md")
    found = [
        f"{path}: {hit.group()}"
        for path, text in texts()
        if path != name(Path(__file__))
        for hit in [elsewhere.search(text)]
        if hit
    ]
    assert found == []


def test_the_readme_knows_every_verb() -> None:
    from specrun import cli

    readme = (ROOT / "README.md").read_text()
    missing = [verb for verb in cli.COMMANDS if f"`specrun {verb}" not in readme]
    assert len(cli.COMMANDS) > 1
    assert missing == []


def test_the_page_about_proof_knows_every_type_of_project() -> None:
    from specrun.core.project import KINDS

    page = (ROOT / "docs/proof.md").read_text()
    (told,) = re.findall(r"^project: .*# or (.*);", page, re.MULTILINE)
    assert {"python", *told.split(", ")} == set(KINDS)


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_workflows_are_pinned_and_may_do_little(path: Path) -> None:
    text = path.read_text()
    uses = re.findall(r"uses: *(.*)", text)
    loose = [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", use)]
    assert loose == []
    assert "\npermissions: {}\n" in text
    assert "pull_request_target" not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_have_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " "))
    bare = [entry for entry in entries if not entry.startswith("#") and "--hash=sha256:" not in entry]
    assert bare == []
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_locks_hold_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "requirements.txt": project["dependencies"] + extras["build"],
        "requirements-dev.txt": project["dependencies"] + extras["build"] + extras["dev"],
        "requirements-docs.txt": project["dependencies"] + extras["build"] + extras["docs"],
    }
    for lock, requirements in wanted.items():
        locked = set(re.findall(r"^([\w-]+)(?:\[[\w,-]+\])?==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[<>=[]", line)[0].replace(".", "-").lower() for line in requirements}
        assert names - locked == set()
