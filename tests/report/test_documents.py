"""Tests that JSON is plain and the same every time."""

from __future__ import annotations

from specrun.report.documents import pretty, row


def test_a_document_is_ascii_and_keeps_the_order_of_keys() -> None:
    assert pretty({"b": 1, "a": "é\u2028"}) == '{\n  "b": 1,\n  "a": "\\u00e9\\u2028"\n}\n'


def test_a_row_is_one_line() -> None:
    assert row({"a": "x\ny", "b": [1]}) == '{"a":"x\\ny","b":[1]}\n'
