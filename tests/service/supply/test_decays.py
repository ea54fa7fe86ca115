"""Decays are 1 at the door and never grow; what is not so is refused."""

from __future__ import annotations

import numpy as np
import pytest

from coverplan.service.supply.decays import Decay

LIMIT = 900_000
ALL = [
    Decay("binary", LIMIT),
    Decay("stepped", LIMIT, steps=((5, 1.0), (10, 0.5), (15, 0.2))),
    Decay("gaussian", LIMIT),
    Decay("gaussian", LIMIT, rate=6.0),
    Decay("kernel", LIMIT),
    Decay("exponential", LIMIT, rate=0.1),
    Decay("power", LIMIT, rate=1.5),
    Decay("logistic", LIMIT, rate=0.5),
    Decay("logistic", LIMIT, rate=0.5, middle=10.0),
    Decay("linear", LIMIT),
]


@pytest.mark.parametrize("decay", ALL, ids=lambda decay: decay.kind)
def test_one_at_the_door_and_never_growing(decay: Decay) -> None:
    times = np.arange(0, LIMIT + 1, 10_000, dtype=np.int32)
    weights = decay.weights(times)
    assert weights[0] == pytest.approx(1.0)
    assert (np.diff(weights) <= 1e-12).all()
    assert weights.min() >= 0
    with pytest.raises(ValueError, match="beyond the limit"):
        decay.weights(np.array([LIMIT + 1], dtype=np.int32))


def test_values_worked_out_by_hand() -> None:
    times = np.array([0, 300_000, 300_001, 450_000, 900_000], dtype=np.int32)
    assert ALL[1].weights(times).tolist() == [1.0, 1.0, 0.5, 0.5, 0.2]
    # (exp(-1/8) - exp(-1/2)) / (1 - exp(-1/2)) at half way
    assert ALL[2].weights(times)[3:] == pytest.approx([0.70137, 0.0], abs=5e-6)
    assert ALL[4].weights(times)[3:] == pytest.approx([0.75, 0.0])
    assert ALL[6].weights(times)[3] == pytest.approx(7.5**-1.5)
    assert ALL[8].weights(np.array([600_000], dtype=np.int32))[0] == pytest.approx((1 + np.exp(-5)) / 2)
    assert ALL[9].weights(times)[3] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "exponential"}, "needs a rate"),
        ({"kind": "power", "rate": -1.0}, "above zero"),
        ({"kind": "stepped"}, "needs steps"),
        ({"kind": "stepped", "steps": ((5, 0.9), (15, 0.2))}, "at the door"),
        ({"kind": "stepped", "steps": ((5, 1.0), (10, 0.2), (15, 0.4))}, "grows"),
        ({"kind": "stepped", "steps": ((5, 1.0), (5, 0.2))}, "outward"),
        ({"kind": "stepped", "steps": ((5, 1.0), (15, -0.2))}, "negative"),
        ({"kind": "linear", "steps": ((5, 1.0),)}, "only the decay stepped"),
    ],
)
def test_a_decay_that_is_none_is_refused(more, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Decay(limit_ms=LIMIT, **more)
