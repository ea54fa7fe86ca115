"""Who may ask, and how much: host, origin, token, size of what is sent, and what the page may do."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: What a request may carry; an idea is small, and a scenario file is no larger than this.
MAX_BODY_BYTES = 1_000_000
COOKIE = "coverplan_token"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: Documents are pages of their own, with scripts and styles inside; they ask nobody.
DOCUMENT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """Where the desk may be asked from.

    Parameters
    ----------
    hosts
        Names under which it may be addressed, without the port.
    token
        What a browser must show, None on the own machine.
    """

    hosts: frozenset[str] = _LOOPBACK
    token: str | None = None


class Guard:
    """Refuses what does not come from the desk's own page, and says what that page may do.

    Parameters
    ----------
    app
        What answers.
    door
        Who may ask.
    """

    def __init__(self, app: App, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await _plain(send, *refused)
            return
        shown = self._shown_token(scope)
        if shown is not None:
            await _let_in(send, str(scope["path"]), shown)
            return
        await self._app(scope, _Limited(receive), _with_headers(send, str(scope["path"])))

    def _refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        return self._stranger(scope, headers) or _unfit(scope, headers)

    def _stranger(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Who asks from elsewhere, or does not know the token."""
        host = _name(headers.get("host", ""))
        if "*" not in self._door.hosts and host not in self._door.hosts:
            return 421, "unknown host"
        origin = headers.get("origin")
        same = origin is None or urlsplit(origin).netloc == headers.get("host")
        if not same or headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return 403, "foreign origin"
        if self._door.token is None or self._shown_token(scope) is not None:
            return None
        known = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        if known is None or not hmac.compare_digest(known.value.encode(), self._door.token.encode()):
            return 401, "open the address that was printed at the start; it holds the token"
        return None

    def _shown_token(self, scope: Scope) -> str | None:
        """The right token in the address itself, as it is printed at the start."""
        token = self._door.token
        if token is None:
            return None
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return token if hmac.compare_digest(shown.encode(), token.encode()) else None


def _unfit(scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
    """What is too large, or of a kind that a form of another page could send."""
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return 413, "too large"
    writes = scope["method"] not in {"GET", "HEAD"} and (length != "0" or "transfer-encoding" in headers)
    if writes and not headers.get("content-type", "").startswith("application/json"):
        return 415, "expected application/json"
    return None


class _Limited:
    """Receives no more than `MAX_BODY_BYTES`, whatever was announced."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._got = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        if self._got > MAX_BODY_BYTES:
            return {"type": "http.disconnect"}
        return message


def _name(host: str) -> str:
    """Name of a host without its port, in small letters."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _with_headers(send: Send, path: str) -> Send:
    policy = DOCUMENT_POLICY if path.startswith("/documents/") else POLICY
    added = [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *added]
        await send(message)

    return told


async def _plain(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def _let_in(send: Send, path: str, token: str) -> None:
    """Keep the token in a cookie and take it out of the address bar."""
    cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
    headers = [(b"location", path.encode()), (b"set-cookie", cookie.encode())]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
