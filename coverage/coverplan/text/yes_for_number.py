"""Yes and no where a number is asked for: ``minutes: yes`` would be one minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

Place = tuple[str | int, ...]


def yes_for_number(written: Any, read: Any, place: Place = ()) -> Iterator[Place]:
    """Places at which a file says yes or no and a number was read.

    Parameters
    ----------
    written
        Plain values as a file has them.
    read
        What a schema made of them.
    place
        Where both stand.
    """
    if isinstance(written, bool):
        if isinstance(read, int | float) and not isinstance(read, bool):
            yield place
    elif isinstance(written, Mapping):
        for key, value in written.items():
            inner = read.get(key) if isinstance(read, Mapping) else None
            if isinstance(read, BaseModel) and key in type(read).model_fields:
                inner = getattr(read, key)
            yield from yes_for_number(value, inner, (*place, key))
    elif isinstance(written, list) and isinstance(read, list | tuple):
        for at, (value, inner) in enumerate(zip(written, read, strict=False)):
            yield from yes_for_number(value, inner, (*place, at))


def with_yes_as(stand_in: str | float, written: Any, places: list[Place], place: Place = ()) -> Any:
    """What a file says with something else in the place of each yes and no; `places` receives where they stand."""
    if isinstance(written, bool):
        places.append(place)
        return stand_in
    if isinstance(written, Mapping):
        return {key: with_yes_as(stand_in, value, places, (*place, key)) for key, value in written.items()}
    if isinstance(written, list):
        return [with_yes_as(stand_in, value, places, (*place, at)) for at, value in enumerate(written)]
    return written
