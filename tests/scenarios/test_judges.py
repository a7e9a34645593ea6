"""Judges from the command line: two rejections and an approval, none at all, and kills at random moments."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from specrun.store.records import equal_records
from tests import processes
from tests.scenarios.workshop import SPEC, Workshop

KILLS, STORIES = 6, 5
COUNT = """
echo ran >> "$HOME/api.$SPECRUN_ATTEMPT"
stands=$(cat round.txt 2>/dev/null || echo 0)
echo $((stands + 1)) > round.txt
{% if previous %}
echo "round {{ previous.attempt }}: {{ previous.outcome }}, {{ previous.feedback }}" >> heard.txt
{% endif %}
"""
SHOW = """
echo "it stands at $(cat round.txt)" > page.txt
"""
JUDGE = """
echo ran >> "$HOME/review.$SPECRUN_ATTEMPT.$(cat round.txt)"
cat page.txt
if [ "$(cat round.txt)" -ge ENOUGH ]; then printf approved; else printf rejected; fi > "$SPECRUN_VERDICT"
"""


def story(folder: Path, *, enough: int = 3, limit: int = 2) -> Workshop:
    """A counter that is reworked until it stands at `enough`, with a page made of it in between."""
    made = Workshop(folder)
    made.spec(
        {
            "api": {"prompt": COUNT, "checks": [{"name": "there", "run": "test -s round.txt"}]},
            "page": {"depends_on": ["api"], "prompt": SHOW},
            "review": {
                "depends_on": ["api", "page"],
                "prompt": JUDGE.replace("ENOUGH", str(enough)),
                "judge": {
                    "pass": ["approved"],
                    "fail": ["rejected"],
                    "rewind": {"to": "api", "limit": limit},
                },
            },
        }
    )
    made.commit()
    return made


def told(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["verdict"], one["feedback"]) for one in record["rounds"]]


def test_work_is_sent_back_twice_and_then_approved(tmp_path: Path) -> None:
    made = story(tmp_path)
    code, said = made.run("apply", "--yes")
    assert code == 0, said
    api, review = made.record("api"), made.record("review")
    assert (review["status"], review["verdict"]) == ("succeeded", "approved")
    assert told(review) == [
        ("rejected", "it stands at 1"),
        ("rejected", "it stands at 2"),
        ("approved", "it stands at 3"),
    ]
    assert [(one["round"], one["generation"], one["status"]) for one in api["attempts"]] == [
        (None, 1, "succeeded"),
        (1, 1, "succeeded"),
        (2, 1, "succeeded"),
    ]
    assert [one["target_commit"] for one in review["rounds"]][-1] == api["commit"]
    heard = made.git("show", "specrun/work/api:heard.txt").splitlines()
    assert heard == ["round 1: rejected, it stands at 1", "round 2: rejected, it stands at 2"]
    assert made.git("show", "specrun/work/page:page.txt") == "it stands at 3"
    assert all(one["checks"][0]["exit_code"] == 0 for one in api["attempts"])
    code, said = made.run("apply", "--yes")
    assert (code, "Nothing to do" in said) == (0, True), said


def test_a_judge_that_never_approves_fails_with_all_its_reasons(tmp_path: Path) -> None:
    made = story(tmp_path, enough=9)
    code, said = made.run("apply", "--yes")
    assert code == 1, said
    review = made.record("review")
    assert (review["status"], review["reason"]) == ("failed", "verdict: rejected")
    assert told(review) == [("rejected", f"it stands at {number}") for number in (1, 2, 3)]
    assert len(made.record("api")["attempts"]) == 3
    before = made.record("review")
    code, said = made.run("apply", "--yes")
    assert (code, made.record("review")) == (1, before), said


def test_a_rework_that_changes_nothing_is_the_end_of_it(tmp_path: Path) -> None:
    made = story(tmp_path)
    spec = made.root / f"specs/{SPEC}.yaml"
    whole = json.loads(spec.read_text())
    whole["tasks"]["api"]["prompt"] = "test -e round.txt || echo 1 > round.txt"
    spec.write_text(json.dumps(whole))
    code, said = made.run("apply", "--yes")
    assert code == 1, said
    assert made.record("review")["reason"] == "round 1 changed nothing"
    assert len(made.record("api")["attempts"]) == 2


def struck(made: Workshop, chance: random.Random, most: int) -> int:
    """Kill apply after apply at random moments, told by files of the state; answers how many were killed."""
    done = 0
    for moment in sorted(chance.sample(range(1, most), KILLS)):
        apply = made.start("apply", "--yes")
        while apply.poll() is None and _progress(made) < moment:
            time.sleep(0.001)
        done += apply.poll() is None
        apply.kill()
        apply.communicate()
    return done


def _progress(made: Workshop) -> int:
    files = Counter(path.name for path in made.state.glob(f"repo-*/attempts/{SPEC}/**/*.json"))
    return sum(files.values())


@pytest.mark.parametrize("seed", range(STORIES))
def test_killed_again_and_again_it_comes_to_the_same_end(tmp_path: Path, seed: int) -> None:
    calm, wild = story(tmp_path / "calm"), story(tmp_path / "wild")
    assert calm.run("apply", "--yes")[0] == 0
    kills = struck(wild, random.Random(seed), _progress(calm) - 1)
    code, said = wild.run("apply", "--yes")
    assert (code, kills) == (0, KILLS), said
    for name in ("api", "page", "review"):
        assert equal_records(wild.record(name), calm.record(name)), name
    ran = {path.name: path.read_text() for path in wild.home.glob("*.*")}
    assert ran == {path.name: path.read_text() for path in calm.home.glob("*.*")}
    assert set(ran.values()) == {"ran\n"}
    processes.end(processes.left_behind(tmp_path))
