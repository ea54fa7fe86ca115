"""How much a facility counts the farther away it is: 1 at the door, never growing, nothing beyond the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from coverplan.scenario.supply_ask import DecayKind, decay_complaint
from coverplan.units import FloatArray, Int32Array, minutes_to_ms, ms_to_minutes


@dataclass(frozen=True, slots=True)
class Decay:
    """A weight for every travel time up to a limit, inclusive (R2); a pair beyond it has no weight at all (R1).

    Parameters
    ----------
    kind
        ``binary``: 1. ``stepped``: the weight of the first step at or above the time. ``gaussian``: with `rate`
        exp(-t^2 / (2 rate^2)), without it the form of Dai (2010) that comes down to 0 at the limit.
        ``kernel``: 1 - (t/T)^2 (Epanechnikov, scaled to 1 at the door). ``exponential``: exp(-rate t).
        ``power``: max(t, 1)^-rate, level within the first minute. ``logistic``:
        (1 + exp(-rate m)) / (1 + exp(rate (t - m))), m half of the limit unless `middle` says otherwise.
        ``linear``: 1 - t/T. Times t and the limit T in minutes.
    limit_ms
        The limit in whole milliseconds.
    rate, middle
        Parameters of the kinds above.
    steps
        Minutes and weight of each step, for ``stepped``.

    Raises
    ------
    ValueError
        If a parameter is missing, or the weight is not 1 at the door, grows, or is negative.
    """

    kind: DecayKind
    limit_ms: int
    rate: float | None = None
    middle: float | None = None
    steps: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        complaint = decay_complaint(self.kind, self.rate, self.steps)
        if complaint is not None:
            raise ValueError(complaint.text)

    def weights(self, times_ms: Int32Array) -> FloatArray:
        """Shape of `times_ms`: weights from 0 to 1; raises ValueError for a time beyond the limit."""
        if len(times_ms) and int(times_ms.max()) > self.limit_ms:
            raise ValueError("a pair beyond the limit has no weight; take the pairs within the limit")
        return _FORMULAE[self.kind](self, np.asarray(times_ms))


def _binary(decay: Decay, times: Int32Array) -> FloatArray:
    del decay
    return np.ones(len(times))


def _stepped(decay: Decay, times: Int32Array) -> FloatArray:
    ends = np.array([minutes_to_ms(minutes) for minutes, _ in decay.steps], dtype=np.int64)
    heights = np.array([*(weight for _, weight in decay.steps), 0.0])
    return np.asarray(heights[np.searchsorted(ends, times, side="left")])


def _gaussian(decay: Decay, times: Int32Array) -> FloatArray:
    if decay.rate is not None:
        return np.asarray(np.exp(-(ms_to_minutes(times) ** 2) / (2 * decay.rate**2)))
    foot = np.exp(-0.5)
    part = times / decay.limit_ms if decay.limit_ms else np.zeros(len(times))
    return np.asarray((np.exp(-0.5 * part**2) - foot) / (1 - foot))


def _kernel(decay: Decay, times: Int32Array) -> FloatArray:
    return np.asarray(1 - (times / max(decay.limit_ms, 1)) ** 2)


def _exponential(decay: Decay, times: Int32Array) -> FloatArray:
    assert decay.rate is not None
    return np.asarray(np.exp(-decay.rate * ms_to_minutes(times)))


def _power(decay: Decay, times: Int32Array) -> FloatArray:
    assert decay.rate is not None
    return np.asarray(np.maximum(ms_to_minutes(times), 1.0) ** -decay.rate)


def _logistic(decay: Decay, times: Int32Array) -> FloatArray:
    assert decay.rate is not None
    middle = float(ms_to_minutes(decay.limit_ms)) / 2 if decay.middle is None else decay.middle
    minutes = ms_to_minutes(times)
    return np.asarray((1 + np.exp(-decay.rate * middle)) / (1 + np.exp(decay.rate * (minutes - middle))))


def _linear(decay: Decay, times: Int32Array) -> FloatArray:
    return np.asarray(1 - times / max(decay.limit_ms, 1))


_FORMULAE: Mapping[DecayKind, Callable[[Decay, Int32Array], FloatArray]] = MappingProxyType(
    {
        "binary": _binary,
        "stepped": _stepped,
        "gaussian": _gaussian,
        "kernel": _kernel,
        "exponential": _exponential,
        "power": _power,
        "logistic": _logistic,
        "linear": _linear,
    }
)
