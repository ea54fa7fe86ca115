"""Noto Sans SC from its package, for everything that is drawn: Chinese never depends on the machine."""

from __future__ import annotations

from pathlib import Path

from coverplan.errors import InputError, Problem

FONT_PACKAGE = "pylopdf-fonts-zh-cn"


def font_file() -> Path:
    """Font of the package.

    Raises
    ------
    InputError
        If the package or its font is not there.
    """
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        path = None
    else:
        path = pylopdf_fonts_zh_cn.sans_path()
    if path is None or not Path(path).is_file():
        raise InputError(
            [
                Problem(
                    "the font of maps and charts is missing",
                    value=path,
                    expected="Noto Sans SC from its package",
                    remedy=f"install {FONT_PACKAGE}, or write numbers only (--numbers-only)",
                    code="missing_font",
                )
            ]
        )
    return Path(path)
