"""Tests which file of an attempt people read."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.store.logs import log_path


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        pytest.param({"intent.json": '{"meter": {"events": []}}'}, "transcript.log", id="not yet begun"),
        pytest.param({"intent.json": '{"meter": null}'}, "output.log", id="no meter"),
        pytest.param({"intent.json": "{}"}, "output.log", id="an intent from before meters"),
        pytest.param({"intent.json": "{"}, "output.log", id="an intent that is not whole"),
        pytest.param({"intent.json": "[]"}, "output.log", id="an intent that is none"),
        pytest.param({"transcript.log": ""}, "transcript.log", id="a transcript without an intent"),
        pytest.param(
            {"intent.json": '{"meter": null}', "transcript.log": ""}, "output.log", id="a planted transcript"
        ),
        pytest.param({}, "output.log", id="nothing at all"),
    ],
)
def test_people_read_the_transcript_where_the_stream_is_for_a_meter(
    tmp_path: Path, files: dict[str, str], shown: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert log_path(tmp_path) == tmp_path / shown
    assert log_path(tmp_path, raw=True) == tmp_path / "output.log"
