"""From a result to the contents of its report; what is printed here was computed before."""

from __future__ import annotations

import datetime as dt

from coverplan.report.content import Blank, Bullets, Contents, Document, Head, Table, numbered
from coverplan.report.drawings import figures
from coverplan.report.front.letter import head_lines, letter
from coverplan.report.front.matrix import matrix, page_level
from coverplan.report.front.one_page import one_page
from coverplan.report.front.short_form import is_sparse, short_form
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.sentences import headline
from coverplan.report.service_sections import certainty_section, service_tables, supply_section
from coverplan.report.siting_section import siting_section
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.spoken import spoken
from coverplan.report.tables import changes as tables_changes
from coverplan.report.tables import coverage as tables_coverage
from coverplan.report.tables import gaps as tables_gaps
from coverplan.report.tables import ledger as tables_ledger
from coverplan.report.tables import method as tables_method
from coverplan.report.tables import plan as tables_plan
from coverplan.report.tables import population as tables_population
from coverplan.report.tables import sensitivity as tables_sensitivity
from coverplan.report.tables import siting as tables_siting
from coverplan.report.tables import siting_ground, siting_money, supply
from coverplan.report.tables.key_figures import key_figures
from coverplan.report.tables.method_sheet import method_sheet
from coverplan.report.timed import timed
from coverplan.report.unit_pages import unit_pages
from coverplan.results.chosen import question_of
from coverplan.results.result import Result
from coverplan.results.whole_people import in_whole_people
from coverplan.results.wording import LISTED_CLUSTERS
from coverplan.text.version import VERSION
from coverplan.text.words import Language

#: Units of the deepest level that a page lists; the tables have all of them.
MOST_WORST = 15
#: Units of one level that a page lists; more of them stand in the tables alone.
MOST_UNITS = 60


@tables_plan.reading_once()
def build(result: Result, *, language: Language) -> Document:
    """Everything that a report says, in reading order."""
    result = in_whole_people(result)
    labels = Labels(result, language)
    outline = Outline(labels)
    one_page(result, labels, outline)
    if is_sparse(result):
        short_form(result, labels, outline)
        return Document(
            heading(result, language=language),
            language,
            numbered(spoken(timed(block, labels), labels) for block in outline.blocks()),
        )
    outline.add(Contents(labels("contents")))
    _at_a_glance(result, labels, outline)
    letter(result, labels, outline)
    _figures(result, labels, outline)
    turned = _changes(result, labels, outline)
    if result.summary["standards"]:
        _coverage(result, labels, outline, on_new_page=turned)
    supply_section(result, labels, outline)
    if "gaps" in result.tables:
        _plan(result, labels, outline)
        _evaluation(result, labels, outline)
    certainty_section(result, labels, outline)
    siting_section(result, labels, outline)
    unit_pages(result, labels, outline)
    _annexes(result, labels, outline)
    _method(result, labels, outline)
    return Document(
        heading(result, language=language),
        language,
        numbered(spoken(timed(block, labels), labels) for block in outline.blocks()),
    )


def heading(result: Result, *, language: Language) -> Head:
    """What stands on the first page and at the edges of all others."""
    labels = Labels(result, language)
    place = labels.title(result.summary["study"]["name"])
    # a ledger alone tells nothing of who is served
    plain = (
        ("title" if result.summary["standards"] else "title_plan")
        if "plan" in result.summary
        else "title_bare"
    )
    form = {"proposed": "title_siting", "changed": "title_changed"}.get(labels.tense.moment, plain)
    if question_of(result) is not None:
        form = "title_siting"
    title = labels(form, place=place)
    return Head(
        title=labels.tense.titled(title, labels.words),
        subtitle=labels.title(result.summary["scenario"]["name"]),
        facts=_facts(result, labels),
        mark=labels.words("summary.synthetic") if synthetic(result) else None,
        foot=labels("foot", place=place, version=VERSION),
        made=dt.datetime.fromisoformat(result.summary["run"]["finished"]),
    )


@tables_plan.reading_once()
def tables(result: Result, *, language: Language) -> tuple[Table, ...]:
    """Every table of a result in full, for a workbook; empty ones are left out."""
    result = in_whole_people(result)
    labels = Labels(result, language)
    found = [
        tables_coverage.overview(result, labels),
        *(tables_coverage.units(result, labels, types) for types in tables_coverage.levels(result)),
        tables_coverage.clusters(result, labels),
        tables_gaps.full(result, labels),
        tables_gaps.evaluation(result, labels) if plan_is_over(result, labels) else None,
        tables_changes.changes(result, labels),
        tables_plan.shortfall(result, labels),
        tables_plan.trajectory(result, labels),
        tables_ledger.stock(result, labels),
        tables_ledger.project_years(result, labels),
        tables_ledger.projects(result, labels),
        tables_plan.requests(result, labels),
        matrix(result, labels, every_unit=True),
        tables_plan.conflicts(result, labels),
        tables_sensitivity.full(result, labels),
        *service_tables(result, labels),
        *tables_siting.all_tables(result, labels),
        *siting_money.all_tables(result, labels),
        *siting_ground.all_tables(result, labels),
        tables_method.standards(result, labels),
        tables_method.profiles(result, labels),
        tables_method.reconciliation(result, labels),
        tables_population.scalings(result, labels),
        tables_method.run_facts(result, labels),
        tables_method.inputs(result, labels),
        tables_method.versions(result, labels),
        tables_method.notices(result, labels),
    ]
    shown = (spoken(timed(table, labels), labels) for table in found if table is not None and table.rows)
    return tuple(table for table in shown if isinstance(table, Table))


def plan_is_over(result: Result, labels: Labels) -> bool:
    """The plan's last year has passed in the data, and the result is of what stands, unchanged."""
    years = [row["target_year"] for row in tables_plan.records(result, "gaps")]
    last = max((int(year) for year in years if year is not None), default=None)
    day = labels.tense.data_day
    if last is None or day is None or labels.tense.projected:
        return False
    return day >= dt.date(last, 12, 31)


def synthetic(result: Result) -> bool:
    """Made from invented data (R14)."""
    plan = result.summary.get("plan") or {}
    return bool(result.summary["study"]["synthetic"] or plan.get("synthetic"))


def _facts(result: Result, labels: Labels) -> tuple[str, ...]:
    study, plan = result.summary["study"], result.summary.get("plan")
    facts = list(head_lines(result, labels))
    if study["as_of"] is not None:
        facts.append(labels("fact_line", name=labels("fact.as_of"), value=labels.day(study["as_of"])))
    if plan:
        facts.append(labels("fact_line", name=labels("fact.plan"), value=labels.title(plan["names"])))
    if not (result.summary["scenario"].get("report") or {}).get("date"):
        day = labels.day(str(result.summary["run"]["finished"])[:10])
        facts.append(labels("fact_line", name=labels("fact.made"), value=day))
    facts.append(labels("internal"))
    return tuple(facts)


def _at_a_glance(result: Result, labels: Labels, outline: Outline) -> None:
    """All streets, what to do in which order, and whom every facility serves, before the details."""
    table = matrix(result, labels)
    if table is not None:
        level = labels.level(page_level(result))
        outline.section("matrix", labels("section.matrix", level=level), wide=True)
        outline.add(table)
    ordered = siting_money.priority(result, labels)
    if ordered.rows:
        outline.section("priority", wide=True)
        for sentence in SitingSentences(result, labels).stays():
            outline.say(sentence, "lead")
        outline.add(ordered)
    found = [supply.served_ones(result, labels, one["key"]) for one in result.summary["standards"]]
    if any(table.rows for table in found):
        outline.section("served")
        outline.add(*found)


def _figures(result: Result, labels: Labels, outline: Outline) -> None:
    """The main figures beside each other, and the large map of what is done."""
    outline.section("figures")
    outline.add(key_figures(result, labels))
    outline.say(labels("legend_values"), "note")
    if result.summary["standards"]:
        outline.add(figures.overview_chart(result, labels))
    if "gaps" in result.tables:
        outline.add(figures.verdict_chart(result, labels))
    outline.add(figures.map_of_actions(result, labels, tables_coverage.street_level(result)))


def _changes(result: Result, labels: Labels, outline: Outline) -> bool:
    """What the scenario itself changes; whether it does, so that its pages may be turned."""
    listed = tables_changes.changes(result, labels)
    if listed.rows:
        outline.section("changes", wide=True)
        outline.add(listed)
    return bool(listed.rows)


def _coverage(result: Result, labels: Labels, outline: Outline, *, on_new_page: bool) -> None:
    outline.section("coverage", on_new_page=on_new_page)
    outline.part("overview", labels("part.overview"))
    whole = tables_coverage.overview(result, labels)
    outline.add(tables_coverage.without_nobody(whole, "twice_share", *tables_coverage.CHANGED))
    outline.add(tables_coverage.changes(whole, labels("table.overview_changes"), labels))
    for standard in result.summary["standards"]:
        _standard(result, labels, outline, standard["key"])


def _standard(result: Result, labels: Labels, outline: Outline, key: str) -> None:
    outline.part(f"standard_{key}", labels.standard(key))
    own = result.of_standard(key)
    group = _group(result, key)
    found = tables_coverage.levels(result)
    shown = [
        types for types in found if int(own["unit_type"].isin(types).sum()) // own["group"].nunique() > 1
    ]
    upper = shown[0] if shown else None
    for types in shown[:1]:
        outline.add(figures.unit_chart(result, labels, key, group, types))
    for types in shown:
        if int((own["unit_type"].isin(types) & (own["group"] == group)).sum()) <= MOST_UNITS:
            table = tables_coverage.units(result, labels, types, key)
            caption = labels("table.units_of", level=labels.level(types), standard=labels.standard(key))
            name = f"{table.key}_{key}"
            dropped = ("standard", "unit_type", "covered_twice")
            told = (*dropped, *tables_coverage.CHANGED)
            outline.add(tables_coverage.without_nobody(table, *told, key=name, caption=caption))
            caption = labels("table.units_changes", level=labels.level(types), standard=labels.standard(key))
            one = table.without(*dropped, key=name, caption=caption)
            outline.add(tables_coverage.changes(one, caption, labels))
    if len(shown) > 1:
        outline.add(tables_coverage.worst(result, labels, key, group, MOST_WORST))
    outline.add(figures.place_map(result, labels, key, group, upper))
    # the figure numbers them
    outline.add(tables_coverage.worst_clusters(result, labels, key, group, LISTED_CLUSTERS))


def _group(result: Result, key: str) -> str:
    """Group that a standard's chart shows: the headline's where it counts it, else its first."""
    first = headline(result)
    groups = next(standard["groups"] for standard in result.summary["standards"] if standard["key"] == key)
    return first[1] if first is not None and first[1] in groups else str(groups[0])


def _plan(result: Result, labels: Labels, outline: Outline) -> None:
    outline.section("gaps", wide=True)
    plan = result.summary.get("plan") or {}
    source = plan.get("source") or {}
    if source.get("title"):
        file = source.get("file")
        title = source["title"]
        said = labels("plan_source", title=title, file=file) if file else labels("plan_only", title=title)
        outline.say(said, "note")
    outline.part("gap_table", labels("part.gaps"))
    outline.add(tables_gaps.office(result, labels))
    lists = tables_plan.shortfall_lists(result, labels)
    if lists.rows:
        outline.part("shortfall", labels("part.shortfall"))
        outline.add(lists)
    by_year = tables_plan.by_year(result, labels)
    if by_year.rows:
        outline.part("trajectory", labels("part.trajectory"))
        outline.add(by_year, figures.trajectory_charts(result, labels))


def _evaluation(result: Result, labels: Labels, outline: Outline) -> None:
    """The end-of-plan form, once the plan's last year is over in the data and nothing is changed or expected."""
    if not plan_is_over(result, labels):
        return
    outline.section("evaluation", wide=True)
    day = max(row["as_of"] for row in tables_plan.records(result, "gaps"))
    outline.say(labels("evaluation_due", day=labels.words.date(day)))
    outline.add(tables_gaps.evaluation(result, labels), Blank(labels("evaluation_blank")))


def _annexes(result: Result, labels: Labels, outline: Outline) -> None:
    parts = (
        ("projects", tables_ledger.projects(result, labels)),
        ("conflicts", tables_plan.conflicts(result, labels)),
    )
    shown = [(key, table) for key, table in parts if table.rows]
    for place, (key, table) in enumerate(shown):
        # a short list has no page to itself
        outline.section(key, wide=True, on_new_page=place == 0)
        outline.say(labels(f"{key}_intro"), "note")
        if key == "projects":
            _years_of_projects(result, labels, outline)
        outline.add(table)


def _years_of_projects(result: Result, labels: Labels, outline: Outline) -> None:
    """How what is to come is spread over the years, where it comes in several."""
    told = tables_ledger.last_year_share(result, labels)
    if told is not None:
        outline.say(told)
    by_year = tables_ledger.project_years(result, labels)
    if len(by_year.rows) > 1:
        outline.add(by_year)


def _method(result: Result, labels: Labels, outline: Outline) -> None:
    outline.section("method", wide=True)
    outline.part("how", labels("part.how"))
    outline.add(Bullets(tuple(labels(f"how.{step}") for step in _steps(result)), ordered=True))
    outline.add(tables_method.standards(result, labels), tables_method.profiles(result, labels))
    first = headline(result)
    if first is not None and "sensitivity" in result.tables:
        outline.part("sensitivity", labels("part.sensitivity"))
        outline.add(
            tables_sensitivity.side_by_side(result, labels),
            figures.sensitivity_chart(result, labels, *first),
        )
    if result.summary["standards"]:
        outline.part("reconciliation", labels("part.reconciliation"))
        outline.add(tables_method.reconciliation(result, labels))
        outline.add(tables_population.scalings(result, labels, groups=("total",)))
    outline.part("sources", labels("part.sources"))
    sources = tuple(labels.title(source) for source in result.summary["study"]["sources"])
    if sources:
        outline.add(Bullets(sources))
    outline.add(tables_method.inputs(result, labels), tables_method.run_facts(result, labels))
    outline.add(tables_method.versions(result, labels), tables_method.notices(result, labels))
    if result.summary["standards"]:
        outline.section("method_sheet", on_new_page=False)
        outline.add(method_sheet(result, labels))


def _steps(result: Result) -> tuple[str, ...]:
    steps = ["points", "walk", "inclusive", "conserved", "own"] if result.summary["standards"] else []
    if "gaps" in result.tables:
        steps += ["verdict", "unknown", "completion", "origin"]
    return (*steps, "protected")
