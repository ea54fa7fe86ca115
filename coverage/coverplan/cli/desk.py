"""Command for the desk: a local page on which sites are tried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def desk(
    scenario: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCENARIO", help="Scenario or study file (YAML); the invented demo when not given."
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="Port; a free one when not given.")
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Address to listen at; another one than this machine needs the printed token."
        ),
    ] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="Folder for ideas and documents; beside the study when not given."),
    ] = None,
) -> None:
    """Open the desk: click on the map, see coverage and plan answer at once; all on this machine.

    打开工作台：在地图上布点，立即看到覆盖和规划指标的变化；全部在本机运行。
    """
    from coverplan.desk.server.serve import serve

    if scenario is None:
        from coverplan.demo.user_folder import make_demo_folder

        scenario = make_demo_folder(Path("coverplan-demo"))

    def tell(address: str) -> None:
        typer.echo(f"工作台 desk: {address}\nCtrl+C 结束 to stop")

    serve(scenario, host=host, port=port, browser=not no_browser, keep=keep, tell=tell)
