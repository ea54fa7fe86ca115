"""Rows made sharper for the linear relaxation: the same whole answers, fewer fractional ones.

Two textbook steps (Savelsbergh 1994): a decision counts no more in a row than the row can lack, and what is counted in
steps of one size is asked for in whole steps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.siting.solvers.model import Model
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

#: What rounding may have taken off a lower end, in steps.
_HAIR = 1e-6

#: What is a step of its own, relative to the largest of a row.
_SAME = 1e-9


def tightened(model: Model) -> Model:
    """Same model with sharper rows; every answer that is whole where it must be is an answer to both.

    Parameters
    ----------
    model
        Rows with a lower end and no upper one are sharpened, all others stay.
    """
    start, column, value = model.matrix()
    row = np.repeat(np.arange(model.rows), np.diff(start))
    low = np.concatenate([np.zeros(0), *model.row_lower]).copy()
    high = np.concatenate([np.zeros(0), *model.row_upper])
    asked = np.isfinite(low) & ~np.isfinite(high)
    value, low = _no_more_than_lacks(model, row=row, column=column, value=value, low=low, asked=asked)
    low = _in_steps(model, start=start, column=column, value=value, low=low, asked=asked)
    return replace(
        model, row_of=[row], column_of=[column.astype(np.int64)], value_of=[value], row_lower=[low]
    )


def _no_more_than_lacks(
    model: Model, *, row: Int64Array, column: Int32Array, value: FloatArray, low: FloatArray, asked: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Factors of yes-or-no columns cut to what a row lacks when everything stands at its worst."""
    lower, upper = np.concatenate(model.lower), np.concatenate(model.upper)
    decides = np.concatenate(model.integer) & (lower == 0) & (upper == 1)
    worst = np.where(value > 0, value * lower[column], value * upper[column])
    lacks = low - np.bincount(row, weights=worst, minlength=model.rows)
    with np.errstate(invalid="ignore"):
        cut = asked[row] & decides[column] & (lacks[row] > _HAIR) & (np.abs(value) > lacks[row] * (1 + _SAME))
    lowered = cut & (value < 0)
    spared = np.where(lowered, -value - lacks[row], 0.0)
    low = low + np.bincount(row, weights=spared, minlength=model.rows)
    return np.where(cut, np.sign(value) * lacks[row], value), low


def _in_steps(
    model: Model,
    *,
    start: Int64Array,
    column: Int32Array,
    value: FloatArray,
    low: FloatArray,
    asked: BoolArray,
) -> FloatArray:
    """Lower ends of rows over whole columns raised to the next sum that can occur."""
    whole = np.concatenate(model.integer)
    low = low.copy()
    for at in np.flatnonzero(asked & (np.diff(start) > 0)):
        part = slice(start[at], start[at + 1])
        if not whole[column[part]].all():
            continue
        step = _step(np.abs(value[part]))
        if step > 0:
            end = np.ceil(low[at] / step - _HAIR) * step
            low[at] = max(low[at], end - _SAME * max(1.0, abs(end)))
    return low


def _step(sizes: FloatArray) -> float:
    """Greatest number of which all are multiples; 0 where none is known."""
    most = float(sizes.max())
    if float(sizes.min()) >= most * (1 - _SAME):
        return most
    rounded = np.round(sizes)
    if most < 2**53 and (np.abs(sizes - rounded) <= _SAME * np.maximum(1.0, sizes)).all():
        return float(np.gcd.reduce(rounded.astype(np.int64)))
    return 0.0
