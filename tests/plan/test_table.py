"""A plan as a table."""

from decimal import Decimal

from coverplan.plan import load_plan
from coverplan.plan.table import plan_table


def test_every_statement_is_a_row_with_its_place_in_the_document():
    table = plan_table(load_plan("shaoyang-2025"))
    assert len(table) == 70
    row = table.loc["SY-13"]
    assert (row["kind"], row["units"], row["printed_count"]) == ("unit_presence", "counties", 12)
    assert (row["rule"], row["base"], row["target"]) == (">=", Decimal(50), Decimal(90))
    assert (row["conflict"], row["line"]) == ("county_interment", 388)
    assert table.loc["SY-05", "target"] is None
    assert table.loc["SY-T11", "units"] is None
