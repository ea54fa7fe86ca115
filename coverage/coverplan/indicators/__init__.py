"""Indicators: every target of a plan held against what a study knows.

Other rooms use: `amounts`, `answers`, `compute`, `context`, `counts`, `evidence`, `measurement`,
`presence`, `verdict`.
"""

from __future__ import annotations

from coverplan.indicators.compute import IndicatorValue, compute, compute_indicators
from coverplan.indicators.context import IndicatorContext, PeopleTotal, Stock
from coverplan.indicators.verdict import Verdict

__all__ = [
    "IndicatorContext",
    "IndicatorValue",
    "PeopleTotal",
    "Stock",
    "Verdict",
    "compute",
    "compute_indicators",
]
