"""Words are found in any language, and not inside of other words."""

from __future__ import annotations

import pytest

from specrun.core.words import folded, joins, places, stands, unspaced


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("api", "the api of it", [(4, 7)]),
        ("api", "apis and api", [(0, 4), (9, 12)]),
        ("api", "rapid apiary", []),
        ("api", "api를 만든다", [(0, 3)]),
        ("api", "決済apiを実装", [(2, 5)]),
        ("api", "api_2 api2 2api", []),
        ("ci/cd", "set up ci/cd.", [(7, 12)]),
        ("테스트", "통합테스트를 쓴다", [(2, 5)]),
        ("テスト", "テストとテスト", [(0, 3), (4, 7)]),
        ("テスト", "e2eテスト", [(3, 6)]),
        ("página", "la página nueva", [(3, 9)]),
        ("ui", "uio uis", [(4, 7)]),
        ("ss", "ssss ss", [(5, 7)]),
    ],
)
def test_places(word: str, text: str, found: list[tuple[int, int]]) -> None:
    assert list(places(word, text)) == found


@pytest.mark.parametrize(
    ("text", "answer"), [("API", False), ("é", False), ("가", True), ("ー", True), ("界", True)]
)
def test_languages_without_blanks(text: str, answer: bool) -> None:  # noqa: FBT001 - a row of the table
    assert unspaced(text) is answer


def test_whole_words_stand_for_themselves_in_every_language() -> None:
    assert stands("검색", "파일 검색 하기")
    assert not stands("검색", "검색을 하다")
    assert not stands("api", "apis")
    assert stands("api", "apis api")


def test_equal_words_look_equal() -> None:
    assert folded("  STRASSE\n Cafe\u0301 ") == "strasse café"
    assert joins("\u0301")
    assert not joins("")
