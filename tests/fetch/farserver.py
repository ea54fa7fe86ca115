"""A server on this machine that answers as the services do, and as badly as they may."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Far:
    """What stands at each path, and what happens first when it is asked for.

    Parameters
    ----------
    files
        Content by path, without its question.
    faults
        Faults by path, used up one after the other: a status, ``cut``, ``slow``, ``moved:/path``, ``whole`` (no parts),
        ``short`` (a length that is not so), ``other`` (another version from then on), ``wait`` (429 with Retry-After), ``later:text`` (503 with
        this Retry-After).
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)
    sent: int = 0
    version: str = '"one"'
    base: str = ""

    def put(self, path: str, content: object) -> None:
        self.files[path] = content if isinstance(content, bytes) else json.dumps(content).encode()


@contextmanager
def serving(far: Far) -> Iterator[Far]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_POST(self) -> None:
            far.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = urlsplit(self.path).path
            far.agents.add(self.headers.get("User-Agent", ""))
            if body:
                far.asked[path] += 1
            fault = far.faults[path].pop(0) if body and far.faults.get(path) else ""
            if fault == "slow":
                time.sleep(0.6)
            if fault.startswith("moved:"):
                return self._head(302, {"Location": fault.partition(":")[2], "Content-Length": "0"})
            if fault == "wait":
                return self._head(429, {"Retry-After": "0", "Content-Length": "0"})
            if fault.startswith("later:"):
                return self._head(503, {"Retry-After": fault.partition(":")[2], "Content-Length": "0"})
            if fault.isdigit():
                return self._head(int(fault), {"Content-Length": "0"})
            if fault == "other":
                far.version = '"two"'
            content = far.files.get(path)
            if content is None:
                return self._head(404, {"Content-Length": "0"})
            return self._content(content, fault, body=body)

        def _content(self, content: bytes, fault: str, *, body: bool) -> None:
            start, stop, status = 0, len(content), 200
            asked = self.headers.get("Range", "")
            same = self.headers.get("If-Range", far.version) == far.version
            headers = {"ETag": far.version, "Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"}
            if asked.startswith("bytes=") and same and fault != "whole":
                first, _, last = asked.removeprefix("bytes=").partition("-")
                start, stop = int(first), min(len(content), int(last) + 1 if last else len(content))
                status = 206
                headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
            piece = content[start:stop]
            told = len(piece) + (1000 if fault == "short" else 0)
            self._head(status, {**headers, "Content-Length": str(told)})
            if not body:
                return
            piece = piece[: len(piece) // 2] if fault == "cut" else piece
            far.sent += len(piece)
            self.wfile.write(piece)
            if fault in {"cut", "short"}:
                self.wfile.flush()
                self.close_connection = True

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    far.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield far
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
