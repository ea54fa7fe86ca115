"""The web application: requests to calls, files of the page, documents that were made."""

from __future__ import annotations

import json
import math
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any, cast

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from coverplan.desk.server.background import Background, written
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.jobs import BusyError
from coverplan.desk.server.openapi import API, openapi
from coverplan.desk.server.page_files import page_files
from coverplan.desk.server.routes import CALLS, Call, NotFoundError, Request
from coverplan.desk.server.safety import Door, Guard
from coverplan.desk.server.shown import Trouble
from coverplan.desk.server.trouble import misfits, trouble
from coverplan.desk.server.workers import workers
from coverplan.desk.store.ideas import StaleError, UnknownIdeaError
from coverplan.errors import CoverplanError, InputError
from coverplan.text.type_words import in_codes
from coverplan.text.words import Language, Words

#: Answers to another machine are squeezed from this size on; to this machine, squeezing takes longer than sending.
SQUEEZED_BYTES = 10_000
_STATUS: dict[type[CoverplanError], int] = {
    StaleError: 409,
    BusyError: 429,
    UnknownIdeaError: 404,
    NotFoundError: 404,
}
_TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}


def desk_app(
    desk: Desk, door: Door | None = None, pool: Executor | None = None, warmed: Event | None = None
) -> Guard:
    """The application of a desk.

    `door` says who may ask, `pool` has the threads that answer; until `warmed` is set, calls that need no reckoning are
    answered beside them.
    """
    background, pool = Background(desk), pool or workers()
    early = None if warmed is None else (warmed, ThreadPoolExecutor(1, thread_name_prefix="desk-early"))
    routes = [
        Route(
            API + call.path,
            _endpoint(call, desk, _Answering(desk, background, pool, early)),
            methods=[call.method],
        )
        for call in CALLS
    ]
    routes += [
        Route(f"{API}/openapi.json", _described),
        Route(f"{API}/{{rest:path}}", _no_call, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route("/documents/plan-review", _plan_review(desk)),
        Route("/documents/{job}/{name:path}", _document(background)),
        Route("/{name:path}", _page_file),
    ]
    door = door or Door()
    squeezing = Middleware(GZipMiddleware, minimum_size=SQUEEZED_BYTES, compresslevel=1)
    app = Starlette(routes=routes, middleware=[] if door.token is None else [squeezing])
    return Guard(cast("Any", app), door)


@dataclass(frozen=True, slots=True)
class _Answering:
    """Who answers calls: threads that reckon, and until something is set a thread of its own what needs no reckoning."""

    desk: Desk
    background: Background
    pool: Executor
    early: tuple[Event, Executor] | None

    async def __call__(self, call: Call, asked: Request) -> Any:
        turn = get_running_loop().run_in_executor
        if call.early is not None and self.early is not None and not self.early[0].is_set():
            found = await turn(self.early[1], call.early, self.desk, asked)
            if found is not None:
                return found
        return await turn(self.pool, call.answer, self.desk, self.background, asked)


def _endpoint(call: Call, desk: Desk, answering: _Answering) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def endpoint(request: HttpRequest) -> Response:
        language = _language(request, desk)
        try:
            sent = b"" if call.body is None else _in_codes(await request.body())
            body = None if call.body is None else call.body.model_validate_json(sent)
            asked = _asked(request, body, language)
            found = await answering(call, asked)
        except ValidationError as error:
            return _refusal(400, misfits(error, sent, call.body, Words(language)))
        except CoverplanError as error:
            return _refused(error, Words(language))
        if call.gives is str:
            return PlainTextResponse(found, media_type="application/yaml")
        return Response(written(found), media_type="application/json")

    return endpoint


def _in_codes(body: bytes) -> bytes | str:
    """A request with layers and types in our codes; what is no JSON is left for the schema to complain of."""
    if body.isascii() and b"\\u" not in body:
        return body or b"null"
    try:
        return json.dumps(in_codes(json.loads(body)))
    except (ValueError, RecursionError):
        return body


def _refused(error: CoverplanError, words: Words) -> Response:
    """Why a request was not carried out; everything that is wrong at once."""
    if isinstance(error, InputError):
        told = [trouble(problem, words) for problem in error.problems]
        return _refusal(422, told)
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
    code = type(error).__name__
    named = words.name_of("desk.refused", code)
    told = [{"code": code, "text": str(error) if named == code else named}]
    return _refusal(status, told, error.revision if isinstance(error, StaleError) else None)


def _language(request: HttpRequest, desk: Desk) -> Language:
    asked = request.query_params.get("lang")
    if asked in {"zh", "en"}:
        return cast("Language", asked)
    return desk.ground.ready.loaded.scenario.language


def _asked(request: HttpRequest, body: Any, language: Language) -> Request:
    """A request in the words of the calls; raises InputError for a place that is no number."""
    query = request.query_params
    return Request(
        dict(request.path_params),
        body,
        language,
        query.get("show"),
        _degree(query.get("x"), 180.0),
        _degree(query.get("y"), 90.0),
    )


def _degree(text: str | None, most: float) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        from coverplan.errors import Problem

        raise InputError([Problem("the place does not exist", value=text, code="impossible_coordinates")])
    return value


def _refusal(status: int, problems: list[Trouble], revision: int | None = None) -> Response:
    return JSONResponse({"problems": problems, "revision": revision}, status_code=status)


async def _no_call(request: HttpRequest) -> Response:
    """An address that no call has, such as an idea whose number is none."""
    return _refusal(404, [{"code": "NotFoundError", "text": f"there is no such call: {request.url.path}"}])


async def _described(_: HttpRequest) -> Response:
    return JSONResponse(openapi())


def _document(background: Background) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def document(request: HttpRequest) -> Response:
        path = background.file(request.path_params["job"], request.path_params["name"])
        if path is None or not path.is_file():
            return PlainTextResponse("not found", status_code=404)
        return FileResponse(path)

    return document


def _plan_review(desk: Desk) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def review(_: HttpRequest) -> Response:
        path = await run_in_threadpool(desk.review_page)
        return PlainTextResponse("not found", status_code=404) if path is None else FileResponse(path)

    return review


async def _page_file(request: HttpRequest) -> Response:
    """A file of the page by its name; the names are known beforehand."""
    name = request.path_params["name"] or "index.html"
    text = page_files().get(name)
    if text is None:
        return PlainTextResponse("not found", status_code=404)
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(text, media_type=kind, headers={"cache-control": "no-cache"})
