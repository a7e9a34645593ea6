"""Guesses how hard a task is from its words, as rules for choosing models do."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from specrun.core.words import folded, places

LIMIT = 2000
"""Characters of a text that are looked at."""
USUAL = "medium"

WORDS: Mapping[str, tuple[str, ...]] = {
    "high": (
        *("architect", "architecture", "design", "security", "incident", "debug", "debugging", "root cause"),
        *("아키텍처", "설계", "보안", "장애", "디버그", "디버깅"),
        *("アーキテクチャ", "設計", "セキュリティ", "障害", "デバッグ"),
        *("架构", "设计", "安全", "故障", "调试"),
        *(
            "architektur",
            "entwurf",
            "sicherheit",
            "störung",
            "arquitectura",
            "diseño",
            "seguridad",
            "incidente",
        ),
        *("depurar", "conception", "sécurité", "déboguer"),
    ),
    "medium": (
        *(
            "implement",
            "fix",
            "test",
            "review",
            "refactor",
            "create",
            "build",
            "write",
            "add",
            "migrate",
            "update",
        ),
        *("develop", "deploy", "set up", "make", "remove", "replace", "rename", "move", "upgrade"),
        *("구현", "수정", "테스트", "리뷰", "리팩터링", "리팩토링", "작성", "추가", "개발"),
        *("実装", "修正", "テスト", "レビュー", "リファクタリング", "作成", "追加", "開発"),
        *("实现", "修复", "测试", "评审", "审查", "重构", "编写", "添加", "开发", "创建"),
        *(
            "implementieren",
            "beheben",
            "testen",
            "schreiben",
            "implementar",
            "corregir",
            "revisar",
            "escribir",
        ),
        *("crear", "implémenter", "corriger", "tester", "écrire", "créer"),
    ),
    "low": (
        *("find", "search", "list", "status", "check", "show", "count"),
        *("찾기", "검색", "목록", "상태", "확인", "조회"),
        *("検索", "一覧", "状態", "確認", "調査"),
        *("查找", "搜索", "列表", "状态", "检查", "查看"),
        *("finden", "suchen", "auflisten", "prüfen", "buscar", "listar", "estado", "comprobar", "verificar"),
        *("chercher", "lister", "statut", "vérifier"),
    ),
}
"""The words that show each complexity, the hardest first."""


def guessed(text: str) -> str | None:
    """Answer low, medium or high, None where no word tells.

    The hardest word wins: "implement the status page" is medium, for the work is to implement, whatever
    the page shows, and "find and fix the leak" is no search either. A model that is too small wastes a whole
    attempt, one that is too large only costs a little more.
    """
    plain = folded(unicodedata.normalize("NFKC", text[:LIMIT]))
    for level, words in WORDS.items():
        if any(True for word in words for _ in places(word, plain)):
            return level
    return None


def is_verb(word: str) -> bool:
    """Whether a word is one with which orders begin."""
    return any(folded(word) in words for words in WORDS.values())
