"""Guesses the domain of a task from its words, for lists that do not say it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from specrun.core.words import folded, places, unspaced

BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "frontend": (
        *(
            "ui",
            "ux",
            "component",
            "react",
            "vue",
            "svelte",
            "angular",
            "css",
            "tailwind",
            "form",
            "page",
            "button",
        ),
        *("layout", "responsive", "frontend", "front-end", "html", "modal", "screen"),
        *("프론트엔드", "화면", "페이지", "버튼", "컴포넌트", "레이아웃"),
        *("フロントエンド", "画面", "ページ", "ボタン", "コンポーネント", "フォーム"),
        *("前端", "界面", "页面", "组件", "按钮"),
        *("oberfläche", "formular", "interfaz", "formulario", "página", "botón", "formulaire", "bouton"),
    ),
    "backend": (
        *(
            "api",
            "endpoint",
            "server",
            "jwt",
            "oauth",
            "middleware",
            "backend",
            "back-end",
            "rest api",
            "graphql",
        ),
        *("grpc", "webhook", "microservice"),
        *("백엔드", "서버", "엔드포인트", "미들웨어"),
        *("バックエンド", "サーバ", "エンドポイント", "ミドルウェア"),
        *("后端", "接口", "服务器", "服务端", "中间件"),
        *("schnittstelle", "servidor", "serveur"),
    ),
    "testing": (
        *(
            "test",
            "testing",
            "unit test",
            "integration test",
            "e2e",
            "coverage",
            "jest",
            "pytest",
            "playwright",
        ),
        "cypress",
        *("테스트", "テスト", "試験", "测试", "prueba", "testfälle"),
    ),
    "database": (
        *(
            "sql",
            "migration",
            "schema",
            "orm",
            "postgres",
            "postgresql",
            "mysql",
            "sqlite",
            "mongodb",
            "redis",
        ),
        "database",
        *("데이터베이스", "마이그레이션", "스키마", "테이블"),
        *("データベース", "マイグレーション", "スキーマ", "テーブル"),
        *("数据库", "迁移", "数据表"),
        *("datenbank", "base de datos", "migración", "base de données"),
    ),
    "devops": (
        *(
            "docker",
            "dockerfile",
            "kubernetes",
            "k8s",
            "helm",
            "ci",
            "ci/cd",
            "deploy",
            "deployment",
            "terraform",
        ),
        *("ansible", "pipeline", "github actions", "nginx", "monitoring"),
        *("배포", "도커", "쿠버네티스", "인프라", "파이프라인"),
        *("デプロイ", "インフラ", "コンテナ", "監視"),
        *("部署", "运维", "容器"),
        *("bereitstellung", "despliegue", "desplegar", "déploiement", "déployer"),
    ),
    "security": (
        *(
            "audit",
            "penetration",
            "vulnerability",
            "vulnerabilities",
            "owasp",
            "encryption",
            "security",
            "xss",
        ),
        *("csrf", "cve", "hardening"),
        *("보안", "취약점", "암호화", "セキュリティ", "脆弱性", "暗号化", "安全", "漏洞", "加密"),
        *("sicherheit", "sicherheitslücke", "verschlüsselung", "seguridad", "vulnerabilidad", "auditoría"),
        *("sécurité", "vulnérabilité", "chiffrement"),
    ),
    "ml": (
        *("model training", "train", "training", "dataset", "neural network", "pytorch", "tensorflow"),
        *("machine learning", "fine-tune", "fine-tuning", "embedding", "inference", "llm", "classifier"),
        *("머신러닝", "기계 학습", "모델 학습", "학습 데이터", "데이터셋", "신경망"),
        *("機械学習", "学習モデル", "データセット", "ニューラルネットワーク"),
        *("机器学习", "模型训练", "数据集", "神经网络"),
        *("maschinelles lernen", "aprendizaje automático", "apprentissage automatique"),
    ),
    "mobile": (
        *("ios", "android", "react native", "flutter", "swiftui", "mobile", "iphone"),
        *(
            "모바일",
            "안드로이드",
            "아이폰",
            "モバイル",
            "スマホ",
            "アンドロイド",
            "移动端",
            "手机",
            "安卓",
            "móvil",
        ),
    ),
    "documentation": (
        *("docs", "readme", "api docs", "guide", "documentation", "changelog", "tutorial", "document the"),
        *("문서", "설명서", "가이드", "ドキュメント", "文書", "手順書", "ガイド", "文档", "说明书", "指南"),
        *("dokumentation", "anleitung", "documentación", "guía"),
    ),
}
"""Domains that need no declaration, with the words that mark their work."""

LIMIT = 2000
"""Characters of a text that are looked at; what a task is about, it says early."""

_VERBS = ("test", "deploy", "audit", "document the", "train")
_TURNS = (
    *(
        " for ",
        " of ",
        " in ",
        " with ",
        " to ",
        " on ",
        " against ",
        " from ",
        " using ",
        " about ",
        " so that ",
    ),
    *(
        " für ",
        " von ",
        " mit ",
        " im ",
        " para ",
        " de ",
        " del ",
        " con ",
        " pour ",
        " du ",
        " des ",
        " avec ",
    ),
)
"""Words behind which stands what the work is for or made with, not what it is."""
_ELSE, _HEAD, _CORE = 1, 2, 3


class _Hit(NamedTuple):
    start: int
    end: int
    domain: str


def known(further: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Answer all domains with their keywords; `further` ones add to built-in ones of the same name."""
    merged = {name: tuple(words) for name, words in BUILT_IN.items()}
    for name, words in further.items():
        merged[name] = tuple(dict.fromkeys((*merged.get(name, ()), *words)))
    return merged


def detected(text: str, domains: Mapping[str, Sequence[str]]) -> str | None:
    """Answer the domain that a text speaks of most, None where it uses no keyword.

    Every keyword counts once for each place, unless a longer one covers it ("api docs" is no "api"). What
    stands before the first word such as "for" or "with" counts more, and most the verb at the beginning or
    the last keyword there, which is what the work makes: "tests for the API" are tests. Chinese, Japanese
    and Korean name that last in the sentence. Of equal domains the one with the longer keywords wins, then
    the one named first.
    """
    plain = folded(unicodedata.normalize("NFKC", text[:LIMIT]))
    hits = _outermost(_hits(plain, domains))
    if not hits:
        return None
    points = dict.fromkeys(domains, 0)
    letters = dict.fromkeys(domains, 0)
    head = _head(plain, hits)
    core = _core(plain, [hit for hit in hits if hit.start < head])
    for hit in hits:
        points[hit.domain] += (_HEAD if hit.start < head else _ELSE) + _CORE * (hit[:2] == core)
        letters[hit.domain] += hit.end - hit.start
    return max(domains, key=lambda name: (points[name], letters[name]))


def _hits(plain: str, domains: Mapping[str, Sequence[str]]) -> list[_Hit]:
    return sorted(
        {
            _Hit(start, end, name)
            for name, words in domains.items()
            for word in map(folded, words)
            if word
            for start, end in places(word, plain)
        }
    )


def _outermost(hits: Sequence[_Hit]) -> list[_Hit]:
    """Leave out what lies inside of a longer keyword."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not kept or hit.end > kept[-1].end or hit[:2] == kept[-1][:2]:
            kept.append(hit)
    return kept


def _head(plain: str, hits: Sequence[_Hit]) -> int:
    """Answer where the part ends that says what the work is."""
    if unspaced(plain):
        return len(plain)
    found = (plain.find(word, hits[0].end - 1) for word in _TURNS)
    return min((place for place in found if place >= 0), default=len(plain))


def _core(plain: str, hits: Sequence[_Hit]) -> tuple[int, int]:
    """Answer the place of the word that names the work best."""
    first, last = hits[0], hits[-1]
    leads = first.start == 0 and plain[first.start : first.end] in _VERBS
    return (first if leads else last)[:2]
