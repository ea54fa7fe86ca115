"""Starts the desk: finds a port, prints where it is, opens the browser."""

from __future__ import annotations

import gc
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from coverplan.errors import InputError, MissingExtraError, Problem

if TYPE_CHECKING:
    import uvicorn

    from coverplan.desk.server.desk import Desk

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def serve(
    scenario: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    browser: bool = True,
    keep: Path | None = None,
    tell: Callable[[str], None] = print,
) -> None:
    """Open a scenario at the desk and answer until the process is stopped.

    Parameters
    ----------
    scenario
        Scenario file, or a study file, of which the usual standards are asked.
    host
        Address to listen at; another one than this machine needs the token that is printed.
    port
        Port, 0 for a free one.
    browser
        Open the page in the browser.
    keep
        Folder for ideas and documents; beside the study when not given.
    tell
        Told where the desk is.

    Raises
    ------
    MissingExtraError
        If the packages of the extra are not installed.
    InputError
        With everything that is wrong with the scenario, or if the port is taken.
    """
    try:
        import uvicorn
        from starlette.applications import Starlette
    except ImportError as error:
        raise MissingExtraError("the desk", error.name or "starlette", "desk") from error
    del Starlette
    from coverplan.desk.server.app import desk_app
    from coverplan.desk.server.bare_study import scenario_of
    from coverplan.desk.server.desk import Desk
    from coverplan.desk.server.safety import Door
    from coverplan.desk.server.workers import workers

    with closing(_listening(host, port)) as at, closing(Desk(scenario_of(scenario, keep), keep)) as desk:
        token = None if host in LOOPBACK else secrets.token_urlsafe(24)
        named = "127.0.0.1" if host in LOOPBACK | {"0.0.0.0"} else host  # noqa: S104 - only looked at
        address = f"http://{named}:{at.getsockname()[1]}/" + ("" if token is None else f"?token={token}")
        # whoever comes by the address waits in line from now on: a browser opens while the first answer is made
        at.listen()
        tell(address)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        door = Door() if token is None else Door(frozenset({"*"}), token)
        warmed = Event()
        app = desk_app(desk, door, workers(desk, after=warmed), warmed)
        settings = uvicorn.Config(app, log_level="warning", server_header=False, ws="none", lifespan="off")
        server = uvicorn.Server(settings)
        with ThreadPoolExecutor(1) as beside:
            warming = beside.submit(_warm, desk, warmed)
            warming.add_done_callback(partial(_ended, server))
            server.run(sockets=[at])
            warming.result()


def _ended(server: uvicorn.Server, warming: Future[None]) -> None:
    """Stop where warming failed: nothing would ever be answered."""
    if warming.exception() is not None:
        server.should_exit = True


def _warm(desk: Desk, warmed: Event) -> None:
    """Make what pages ask for first, and let the threads answer; then what they may ask for later."""
    try:
        desk.warm()
    finally:
        warmed.set()
    desk.maps.prepare()
    # the study stays as long as the desk: to look through it for circles again and again would hold up clicks
    gc.collect()
    gc.freeze()


def _listening(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise InputError(
            [
                Problem(
                    "the desk cannot listen there",
                    field="port",
                    value=f"{host}:{port}",
                    expected="a free port of this machine",
                    remedy="leave out --port, or name another one",
                    code="port_taken",
                )
            ]
        ) from error
    return made
