"""Schema of a report's letter head."""

from __future__ import annotations

import datetime as dt
from typing import Any

from coverplan.scenario.base import Model, Name, Title


class ReportHead(Model):
    """Who hands the report in; what is not given has no line."""

    office: Title | None = None
    """Office that makes the report (编制单位)."""
    contact: Name | None = None
    """Whom to ask, with a telephone number (联系人)."""
    date: dt.date | None = None
    """Date of the report; the day of the run when not given."""


def report_head(head: ReportHead | None) -> dict[str, Any]:
    """What ``result.json`` says of it beside the scenario's name; nothing where nothing is given."""
    given = {} if head is None else head.model_dump(mode="json", exclude_none=True)
    return {"report": given} if given else {}
