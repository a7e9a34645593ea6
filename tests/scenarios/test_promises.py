"""What checks promise beyond their own task: across tasks, branches and secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.scenarios.workshop import SPEC, Workshop

RIG = """
cat > conftest.py <<'END'
def pytest_collection_modifyitems(items):
    items.clear()


def pytest_sessionfinish(session):
    session.exitstatus = 0
END
"""


def test_what_an_upstream_without_checks_has_rigged_is_put_back_downstream(tmp_path: Path) -> None:
    made = Workshop(tmp_path, "python")
    made.spec(
        {
            "prep": {"prompt": RIG},
            "work": {"depends_on": ["prep"], "prompt": "sed -i s/Hello/Hi/ greeter.py", "checks": ["test"]},
            "more": {"depends_on": ["work"], "prompt": "true"},
        }
    )
    made.commit()
    code, said = made.run("apply", "--yes")
    assert code == 1, said
    prep, work = made.record("prep"), made.record("work")
    assert (prep["status"], prep["protected_changed"]) == ("succeeded", ["conftest.py"])
    assert (work["reason"], work["protected_changed"]) == ("check_failed: test", ["conftest.py"])


def test_a_rigged_upstream_does_not_help_checks_that_come_later(tmp_path: Path) -> None:
    made = Workshop(tmp_path, "python")
    tasks: dict[str, dict[str, Any]] = {
        "prep": {"prompt": RIG},
        "work": {"depends_on": ["prep"], "prompt": "sed -i s/Hello/Hi/ greeter.py"},
    }
    made.spec(tasks)
    made.commit()
    assert made.run("apply", "--yes")[0] == 0
    made.spec({**tasks, "work": {**tasks["work"], "checks": ["test"]}})
    code, said = made.run("apply", "--yes")
    assert (code, made.record("work")["reason"]) == (1, "check_failed: test"), said
    assert len(made.record("work")["attempts"]) == 1


def test_a_verification_leaves_the_branch_where_a_person_has_put_it(tmp_path: Path) -> None:
    made = Workshop(tmp_path)
    task = {"prompt": "echo a > a", "checks": [{"name": "there", "run": "test -e a"}]}
    made.spec({"work": task})
    made.commit()
    assert made.run("apply", "--yes")[0] == 0
    made.git("worktree", "add", "--quiet", str(tmp_path / "tree"), f"specrun/{SPEC}/work")
    made.git("-C", str(tmp_path / "tree"), "commit", "--quiet", "--allow-empty", "--message=Mine")
    mine = made.git("rev-parse", f"specrun/{SPEC}/work")
    made.spec({"work": {**task, "checks": [{"name": "there", "run": "test -s a"}]}})
    code, said = made.run("apply", "--yes")
    assert (code, made.git("rev-parse", f"specrun/{SPEC}/work")) == (0, mine), said
    assert [check["run"] for check in made.record("work")["checks"]] == ["test -s a"]


def test_a_secret_that_the_work_holds_is_not_told_by_its_checks(tmp_path: Path) -> None:
    made = Workshop(tmp_path, env={"MY_KEY": "s3cr3t-value-of-mine"})
    show = {"name": "show", "run": 'cat f; echo "[$MY_KEY]"; exit 1'}
    made.spec({"work": {"prompt": 'echo "$MY_KEY" > f', "secrets": ["MY_KEY"], "checks": [show]}})
    made.commit()
    code, said = made.run("apply", "--yes")
    assert code == 1, said
    assert made.record("work")["checks"][0]["tail"] == "***\n[]\n"
    assert "s3cr3t" not in said
    told = [path for path in made.state.rglob("*.log") if "s3cr3t" in path.read_text()]
    assert told == []


def test_a_check_that_takes_its_tree_away_leaves_one_to_the_next(tmp_path: Path) -> None:
    made = Workshop(tmp_path)
    checks = [{"name": "away", "run": 'rm -rf "$PWD"'}, {"name": "there", "run": "test -e a"}]
    made.spec({"work": {"prompt": "echo a > a", "checks": checks}})
    made.commit()
    code, said = made.run("apply", "--yes")
    assert code == 0, said
