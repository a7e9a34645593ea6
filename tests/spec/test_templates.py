"""Templates are read once, from inside the repo only."""

from __future__ import annotations

from pathlib import Path

from specrun.spec.find import Refusal
from specrun.spec.templates import Templates
from tests.spec.corpus import make_repo


def test_a_template_is_read_once(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    templates = Templates(root)
    assert templates.ask("prompts/good.md.j2") == {"source": "Do {{ task.name }}.\n"}
    (root / "prompts/good.md.j2").write_text("changed")
    assert templates.ask("prompts/good.md.j2") == {"source": "Do {{ task.name }}.\n"}
    assert templates.files == ("prompts/good.md.j2",)


def test_what_is_refused_is_told_and_is_no_file(tmp_path: Path) -> None:
    templates = Templates(make_repo(tmp_path))
    assert templates.ask("../x")["code"] == "E401"
    assert templates.text("../x") is None
    found = templates.find("prompts/latin.md.j2")
    assert isinstance(found, Refusal)
    assert found.what == "prompts/latin.md.j2:1:4: file is not UTF-8 (byte 0xe9 at offset 3)"
    assert templates.files == ()
