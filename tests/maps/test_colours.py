"""Classes are inclusive; colours survive grey print and colour blindness."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from coverplan.maps import colours
from coverplan.maps.supply_layer import SUPPLY_COLOURS
from coverplan.maps.symbols import layer_mark
from coverplan.text.words import Words

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
BLIND = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65 of linear RGB."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("ramp", [colours.TIME_COLOURS, colours.SHARE_COLOURS[::-1], SUPPLY_COLOURS[-2::-1]])
def test_ramps_darken_steadily_in_grey(ramp) -> None:
    lightness = [lab(linear(colour))[0] for colour in ramp]
    assert all(lighter - darker >= 9 for lighter, darker in pairwise(lightness))


def test_the_step_at_the_standard_is_the_greatest_one() -> None:
    lightness = [lab(linear(colour))[0] for colour in colours.TIME_COLOURS]
    steps = [lighter - darker for lighter, darker in pairwise(lightness)]
    assert max(steps) == steps[2]


@pytest.mark.parametrize("sight", sorted(BLIND))
@pytest.mark.parametrize("ramp", [colours.TIME_COLOURS, colours.SHARE_COLOURS, SUPPLY_COLOURS[:-1]])
def test_neighbouring_classes_differ_for_the_colour_blind(sight, ramp) -> None:
    seen = [lab(np.array(BLIND[sight]) @ linear(colour)) for colour in ramp]
    assert all(np.linalg.norm(one - other) > 10 for one, other in pairwise(seen))


def test_time_classes_are_inclusive_and_nothing_found_is_far() -> None:
    minutes = [0.0, 5.0, 5.01, 10.0, 15.0, 15.0 + 1 / 60_000, 20.0, 30.0, 30.1, np.nan, np.nan]
    reason = ["covered"] * 5 + ["too_far"] * 4 + ["not_reached", "off_network"]
    demand = pd.DataFrame({"s|minutes": minutes, "s|reason": reason})
    found = colours.time_classes(demand, {"key": "s", "minutes": 15.0})
    assert found.tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6]


def test_labels_say_where_the_classes_end() -> None:
    assert colours.time_labels(15.0, Words("zh")) == [
        "0—5 分钟", "5—10 分钟", "10—15 分钟", "15—20 分钟", "20—30 分钟", "超过 30 分钟或未找到", "路网以外",
    ]  # fmt: skip
    assert colours.time_breaks(7.25)[2] == 7.25


def test_share_classes_follow_the_values() -> None:
    wide = colours.share_classes(np.array([0.0, 0.3, np.nan, 0.95]))
    assert wide.breaks == (0.2, 0.4, 0.6, 0.8)
    assert wide.of(np.array([0.0, 0.2, 0.1999, 1.0, np.nan])).tolist() == [0, 1, 0, 4, -1]
    assert colours.share_classes(np.linspace(0.7, 1, 40)).breaks == (0.6, 0.7, 0.8, 0.9)
    assert colours.share_classes(np.array([np.nan])).breaks == (0.2, 0.4, 0.6, 0.8)


def test_the_first_eight_layers_differ_in_colour_and_in_shape_and_forty_in_their_pair() -> None:
    found = [layer_mark(i) for i in range(40)]
    assert len({mark.colour for mark in found[:8]}) == len({mark.shape for mark in found[:8]}) == 8
    assert len({(mark.colour, mark.shape) for mark in found}) == 40
