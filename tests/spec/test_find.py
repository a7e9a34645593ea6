"""Which files are meant, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.errors import ExitCode, NoSpec, UsageProblem
from specrun.spec.find import Refusal, read, refused_folder, refused_path, spec_files
from tests.rights import passed_without_rights
from tests.spec.corpus import make_repo, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repo(tmp_path)


def test_no_spec_says_where_it_looked_and_what_to_write(root: Path) -> None:
    with pytest.raises(NoSpec) as caught:
        spec_files(root, ())
    assert caught.value.exit_code is ExitCode.INVALID
    assert str(caught.value) == (
        "orchestration.yaml:1:1: error[E409]: no spec found: neither orchestration.yaml nor a specs/*.yaml "
        "is there; fix: run specrun init, or write specs/hello.yaml with version: 1, name: hello, "
        "agent, and tasks:"
    )


def test_all_of_the_folder_in_order(root: Path) -> None:
    for file in ("specs/b.yml", "specs/a.yaml", "specs/notes.md"):
        write(root, "x", file)
    assert spec_files(root, ()) == ("specs/a.yaml", "specs/b.yml")


def test_the_root_spec_goes_first(root: Path) -> None:
    write(root, "x", "specs/a.yaml")
    write(root, "x", "orchestration.yaml")
    assert spec_files(root, ()) == ("orchestration.yaml",)


def test_specs_are_named_by_path_or_name_and_each_counts_once(root: Path) -> None:
    write(root, "x", "specs/a.yaml")
    names = ("specs/a.yaml", "a", "./specs/../specs/a.yaml", str(root / "specs/a.yaml"))
    assert spec_files(root, names) == ("specs/a.yaml",)


def test_a_spec_goes_by_the_name_that_it_gives_itself(root: Path) -> None:
    write(root, "version: 1\nname: auth  # login\n", "orchestration.yaml")
    write(root, "version: 1\nname: 'accounts'\r\n", "specs/a.yaml")
    write(root, "version: 1\nname: a\n", "specs/b.yaml")
    found = [spec_files(root, (name,)) for name in ("auth", "orchestration", "accounts", "a", "b")]
    assert found == [
        ("orchestration.yaml",),
        ("orchestration.yaml",),
        ("specs/a.yaml",),
        ("specs/b.yaml",),
        ("specs/b.yaml",),
    ]
    with pytest.raises(UsageProblem, match="accounts"):
        spec_files(root, ("acounts",))


def test_all_unknown_names_are_told_at_once(root: Path) -> None:
    write(root, "x", "specs/auth.yaml")
    with pytest.raises(UsageProblem) as caught:
        spec_files(root, ("auht", "specs/autn.yaml", "nope", "a\0b"))
    assert str(caught.value) == (
        'there is no spec "auht" or "specs/autn.yaml" or "nope" or "a\\u0000b"; '
        'fix: did you mean "auth"? known: auth'
    )


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("prompts/nope", "E400"),
        ("", "E400"),
        ("a\0b", "E400"),
        ("../x", "E401"),
        ("/etc/passwd", "E401"),
        ("~/x", "E401"),
        ("C:/x", "E401"),
        ("\\\\host\\x", "E401"),
        ("prompts/outside.md.j2", "E402"),
        ("prompts/itself.md.j2", "E402"),
        ("prompts", "E403"),
        ("prompts/fifo", "E403"),
        (".git/config", "E404"),
        ("sub/.GIT/config", "E404"),
        ("prompts/to-git.md.j2", "E404"),
        ("x" * 5000, "E407"),
    ],
)
def test_refused_paths(root: Path, file: str, code: str) -> None:
    found = read(root, file, 100)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_an_unreadable_file(root: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if passed_without_rights(request, tmp_path):
        return
    (root / "prompts" / "good.md.j2").chmod(0)
    found = read(root, "prompts/good.md.j2", 100)
    assert isinstance(found, Refusal)
    assert found.code == "E407"


def test_a_link_inside_is_fine_and_one_byte_too_many_is_read(root: Path) -> None:
    (root / "link").symlink_to("prompts/good.md.j2")
    assert read(root, "link", 4) == b"Do {{"


def test_folders_of_the_repo(root: Path) -> None:
    (root / "link").symlink_to("prompts")
    (root / "away").symlink_to("..")
    (root / "circle").symlink_to("circle")
    assert [refused_folder(root, path) for path in ("prompts", "prompts/", "link", ".")] == [None] * 4
    codes = {
        path: found.code
        for path in ("away", "circle", "nope", "prompts/good.md.j2", "..", ".git", "a\nb", "x" * 5000)
        if (found := refused_folder(root, path)) is not None
    }
    assert codes == {
        "away": "E402",
        "circle": "E402",
        "nope": "E400",
        "prompts/good.md.j2": "E403",
        "..": "E401",
        ".git": "E404",
        "a\nb": "E400",
        "x" * 5000: "E400",
    }


def test_a_path_is_refused_without_a_look() -> None:
    assert refused_path("no/where") is None
    assert [found.code for found in map(refused_path, ("../x", "a\u202eb", " ")) if found] == [
        "E401",
        "E400",
        "E400",
    ]
