"""Files that a task reads: what people commit there counts, what it or its upstreams write does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.edits import Desk

READING = """
words:
  prompt: echo more >> data/words.txt
count:
  depends_on: [words]
  reads: ["data/*.txt"]
  prompt: |
    wc -l data/*.txt > count.txt
    echo counted >> data/own.txt
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("data/words.txt", "one\n")
    made.write("data/own.txt", "own\n")
    made.write("data/other.md", "other\n")
    made.tasks(READING)
    made.commit()
    made.good()
    return made


def test_a_file_that_somebody_else_has_committed_runs_it_again(desk: Desk) -> None:
    desk.write("data/own.txt", "edited\n")
    # What is not committed is in no code base.
    assert desk.diff() == {"words": "reuse", "count": "reuse"}
    desk.commit()
    assert desk.diff("reads") == {"words": "reuse", "count": "rerun reads_changed"}
    assert desk.good() == ("count#2",)
    assert set(desk.diff().values()) == {"reuse"}


def test_a_new_file_that_it_reads_counts_and_others_do_not(desk: Desk) -> None:
    desk.write("data/other.md", "edited\n")
    desk.commit()
    assert set(desk.diff().values()) == {"reuse"}
    desk.write("data/new.txt", "new\n")
    desk.commit()
    assert desk.diff("reads-new")["count"] == "rerun reads_changed"


def test_its_own_writing_and_that_of_its_upstream_may_be_merged(desk: Desk) -> None:
    desk.commit()
    desk.git("merge", "--quiet", "--no-edit", "specrun/work/words")
    assert set(desk.diff().values()) == {"reuse"}
    desk.git("merge", "--quiet", "--no-edit", "specrun/work/count")
    assert desk.diff("reads-merged") == {"words": "reuse", "count": "reuse"}
    assert desk.good() == ()
    desk.write("data/own.txt", "edited afterwards\n")
    desk.commit()
    assert desk.diff()["count"] == "rerun reads_changed"


def test_what_it_reads_is_what_the_spec_says_now(desk: Desk) -> None:
    desk.edit('reads: ["data/*.txt"]', 'reads: ["data/*.txt", "data/*.md"]')
    assert desk.diff("reads-more")["count"] == "rerun reads_changed"
