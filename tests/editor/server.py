"""Talks to yaml-language-server as an editor does: the Language Server Protocol over its standard streams."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.clis.pins import EDITOR, program

SETTINGS: Mapping[str, Any] = {
    # Else it fetches a catalogue of schemas.
    "yaml": {
        "schemaStore": {"enable": False, "url": ""},
        "kubernetesCRDStore": {"enable": False},
        "validate": True,
        "hover": True,
        "completion": True,
    },
}
ABILITIES: Mapping[str, Any] = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
}
SILENT = frozenset({"client/registerCapability", "window/workDoneProgress/create"})


@dataclass(frozen=True, slots=True)
class Mark:
    """An error in a file: the line and the columns (from 1) that it is about, the last one left out."""

    line: int
    begin: int
    end: int
    message: str


class Server:
    """A language server for the files below `root`; leaving the context ends it."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self._asked = 0
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._process = subprocess.Popen(
            [shutil.which("node") or "node", program(EDITOR), "--stdio"],
            cwd=root,
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        """Say hello, as the protocol asks for."""
        folder = {"uri": self.root.as_uri(), "name": "repo"}
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": ABILITIES,
            },
        )
        self._tell("initialized", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server, whatever it is at."""
        self._process.kill()
        self._process.communicate()

    def open(self, file: str, text: str) -> tuple[Mark, ...]:
        """Write a file, open it, and answer what is marked in it, from the top down; each file once.

        Marks may come again, and nothing in them says which text they are about.
        """
        path = self.root / file
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        uri = path.as_uri()
        self._tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        while uri not in self._marks:
            self._listen()
        return self._marks[uri]

    def complete(self, file: str, line: int, column: int) -> dict[str, str]:
        """Answer what is offered at a place (from 1), with the text that would be written."""
        found = self._at("completion", file, line, column)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item.get("insertText", item["label"]) for item in items}

    def hover(self, file: str, line: int, column: int) -> str:
        """Answer what is shown under the mouse at a place (from 1), "" for nothing."""
        found = self._at("hover", file, line, column)
        return str(found["contents"]["value"]) if found else ""

    def _at(self, what: str, file: str, line: int, column: int) -> Any:
        place = {"line": line - 1, "character": column - 1}
        uri = (self.root / file).as_uri()
        return self._ask(f"textDocument/{what}", {"textDocument": {"uri": uri}, "position": place})

    def _ask(self, method: str, params: Any) -> Any:
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            said = self._listen()
            if said.get("id") == number and "method" not in said:
                assert "error" not in said, said
                return said["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _listen(self) -> dict[str, Any]:
        """Take one message; questions of the server are answered, and marks are kept."""
        said = self._receive()
        if "method" in said and "id" in said:
            result = None
            if said["method"] == "workspace/configuration":
                result = [SETTINGS.get(item.get("section", ""), {}) for item in said["params"]["items"]]
            else:
                assert said["method"] in SILENT, said
            self._send({"id": said["id"], "result": result})
        elif said.get("method") == "textDocument/publishDiagnostics":
            self._marks[said["params"]["uri"]] = _marks(said["params"]["diagnostics"])
        return said

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while (head := stream.readline()) != b"\r\n":
            assert head, "the language server has ended"
            name, _, value = head.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(stream.read(length))
        return message


def _marks(found: list[dict[str, Any]]) -> tuple[Mark, ...]:
    marks = [
        Mark(
            one["range"]["start"]["line"] + 1,
            one["range"]["start"]["character"] + 1,
            one["range"]["end"]["character"] + 1,
            one["message"],
        )
        for one in found
    ]
    return tuple(sorted(marks, key=lambda mark: (mark.line, mark.begin)))
