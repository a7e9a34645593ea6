"""Finds the keys that may stand at a place, by walking the types of the models."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel


def known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Answer the keys that the schema knows at `path`."""
    here: Any = model
    for step in path:
        here = _within(here, step)
    found = _model_in(here)
    return tuple(info.alias or name for name, info in found.model_fields.items()) if found else ()


def _within(annotation: Any, step: str | int) -> Any:  # noqa: ANN401 - type expressions have no type
    """Answer the type of what a step leads to: a field, an item, or the value of a key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return next((info.annotation for name, info in fields if step in {name, info.alias}), None)
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) in {dict, list}:
        return parts[-1]
    return next((found for part in parts if (found := _within(part, step)) is not None), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - type expressions have no type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in reversed(typing.get_args(annotation)):
        found = _model_in(part)
        if found:
            return found
    return None
