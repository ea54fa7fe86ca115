"""One polite client for every service: named, patient, resumable, and never trusting a length."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverplan.errors import InputError, Problem
from coverplan.text.version import VERSION

if TYPE_CHECKING:
    import requests

USER_AGENT = f"coverplan/{VERSION} (accessibility of public services; asks seldom, keeps what it gets)"
_PIECE = 1 << 16
_AGAIN = frozenset({429, 500, 502, 503, 504})
#: Seconds that a service may ask us to wait before we give up instead.
LONGEST_WAIT_S = 600.0
_OK, _PARTIAL, _NOT_SATISFIABLE = 200, 206, 416


@dataclass(frozen=True, slots=True)
class Got:
    """What an address gave.

    Parameters
    ----------
    asked, address
        The address asked, and the one that answered after being sent on.
    release
        When the service says it was made, or its mark of a version; empty where it says neither.
    bytes
        How much came over the wire.
    sha256
        Fingerprint of the whole; empty where only a part was read.
    """

    asked: str
    address: str
    release: str
    bytes: int
    sha256: str = ""


class Web:
    """Asks addresses, waits when told to, and takes up a cut download where it ended.

    Parameters
    ----------
    tries
        How often an address is asked before it is given up.
    pause_s
        First pause between two tries; each further one is twice as long.
    timeout_s
        Longest silence.
    """

    def __init__(self, *, tries: int = 5, pause_s: float = 1.0, timeout_s: float = 60.0) -> None:
        self.tries, self.pause_s, self.timeout_s = tries, pause_s, timeout_s
        self._session: requests.Session | None = None
        self.bytes = 0

    def session(self) -> requests.Session:
        """The session; proxies of the environment (HTTPS_PROXY ...) hold.

        Raises
        ------
        InputError
            If the library for requests is not installed.
        """
        if self._session is None:
            try:
                import requests
            except ModuleNotFoundError as error:
                raise InputError(
                    [
                        Problem(
                            "fetching needs the extra `fetch`", value=error.name, code="fetch_extra",
                            remedy='pip install "coverplan[fetch]"',
                        )
                    ]
                ) from error  # fmt: skip
            self._session = requests.Session()
            self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        return self._session

    def ask(
        self, address: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, **more: Any
    ) -> requests.Response:
        """Answer of an address with the status 200 or 206; its body is still to be read.

        Raises
        ------
        InputError
            If it does not answer, refuses, or asks for a longer pause than we wait.
        """
        import requests

        trouble = ""
        for number in range(self.tries):
            if number:
                time.sleep(self.pause_s * 2 ** (number - 1))
            try:
                answer = self.session().request(
                    method, address, headers=headers, stream=True, timeout=self.timeout_s, **more
                )
            except requests.RequestException as error:
                trouble = _reason(error)
                continue
            if answer.status_code in {_OK, _PARTIAL}:
                return answer
            trouble = f"status {answer.status_code}"
            wait = _asked_pause_s(answer)
            answer.close()
            if answer.status_code not in _AGAIN or wait > LONGEST_WAIT_S:
                break
            time.sleep(wait)
        raise failed(address, trouble)

    def content(self, address: str, **more: Any) -> tuple[bytes, Got]:
        """Whole answer of an address that is small; cut ones are asked again."""
        import requests

        trouble = ""
        for number in range(self.tries):
            if number:
                time.sleep(self.pause_s * 2 ** (number - 1))
            answer = self.ask(address, **more)
            try:
                found = answer.content
            except requests.RequestException as error:
                trouble = _reason(error)
                continue
            whole = _length(answer)
            if whole is not None and whole != len(found):
                trouble = f"{len(found)} of {whole} bytes"
                continue
            self.bytes += len(found)
            return found, Got(address, answer.url, _release(answer), len(found), _sha(found))
        raise failed(address, trouble)

    def json(self, address: str, **more: Any) -> tuple[Any, bytes, Got]:
        """A JSON answer, as values and as it came.

        Raises
        ------
        InputError
            If it is no JSON.
        """
        found, got = self.content(address, **more)
        try:
            return json.loads(found), found, got
        except ValueError as error:
            raise failed(address, "the answer is no JSON") from error

    def size(self, address: str) -> int | None:
        """Bytes that an address holds; None where it does not say."""
        answer = self.ask(address, method="HEAD", allow_redirects=True)
        answer.close()
        return _length(answer)

    def download(
        self, address: str, path: Path, told: Callable[[int, int | None], None] | None = None
    ) -> Got:
        """Download into a file; what a broken try left is taken up where it ended, if the source is still the same.

        The file takes its name when all of it is there: as long as the service said, and never half.

        Raises
        ------
        InputError
            If it cannot be had whole.
        """
        import requests

        part, note = path.with_name(path.name + ".part"), path.with_name(path.name + ".part.json")
        trouble, came = "", 0
        for number in range(self.tries):
            if number:
                time.sleep(self.pause_s * 2 ** (number - 1))
            done, mark = _begun(part, note, address)
            headers = {"Range": f"bytes={done}-", "If-Range": mark} if done else {}
            answer = self.ask(address, headers=headers)
            resumed = answer.status_code == _PARTIAL and _starts_at(answer) == done
            done = done if resumed else 0
            whole = _whole_length(answer, done)
            note.write_text(json.dumps({"address": address, "mark": _mark(answer)}), encoding="utf-8")
            try:
                with part.open("ab" if resumed else "wb") as file:
                    for piece in answer.iter_content(_PIECE):
                        file.write(piece)
                        came += len(piece)
                        done += len(piece)
                        if told is not None:
                            told(done, whole)
            except requests.RequestException as error:
                trouble = _reason(error)
                continue
            if whole is not None and done != whole:
                trouble = f"{done} of {whole} bytes"
                if done > whole:
                    part.unlink()
                continue
            note.unlink()
            part.replace(path)
            self.bytes += came
            return Got(address, answer.url, _release(answer), came, sha256_of(path))
        raise failed(address, trouble)


def failed(address: str, why: str) -> InputError:
    """An address that does not give what is needed."""
    return InputError(
        [
            Problem(
                f"the address does not give what is needed: {why}", value=address, code="fetch_failed",
                remedy="try again later (what came is kept), or name a mirror with --mirror NAME=ADDRESS",
                details={"why": why},
            )
        ]
    )  # fmt: skip


def sha256_of(path: Path) -> str:
    """Fingerprint of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) < 160 else text[:157] + "..."


def _asked_pause_s(answer: requests.Response) -> float:
    """Pause that the service asks for, in seconds; dates are told from now."""
    from email.utils import parsedate_to_datetime

    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _length(answer: requests.Response) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdigit() and not answer.headers.get("Content-Encoding") else None


def _whole_length(answer: requests.Response, done: int) -> int | None:
    rest = _length(answer)
    return None if rest is None else rest + done


def _starts_at(answer: requests.Response) -> int | None:
    text = answer.headers.get("Content-Range", "")
    first = text.removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else None


def _mark(answer: requests.Response) -> str:
    """Mark by which the service knows a version again; a weak one cannot vouch for parts."""
    mark = answer.headers.get("ETag", "")
    return mark if mark and not mark.startswith("W/") else answer.headers.get("Last-Modified", "")


def _release(answer: requests.Response) -> str:
    return answer.headers.get("Last-Modified", "") or answer.headers.get("ETag", "")


def _begun(part: Path, note: Path, address: str) -> tuple[int, str]:
    """How much of an address is there already and of which version; nothing where that cannot be told."""
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        if said["address"] == address and said["mark"]:
            return part.stat().st_size, str(said["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, ""
