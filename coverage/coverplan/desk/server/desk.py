"""The desk itself: a study, its ideas, and what may be asked of both; knows nothing of requests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from coverplan.answer.named_plan import plan_file
from coverplan.answer.prepared import prepare
from coverplan.desk.server.asked import MAX_CHANGES, Edit, Label, NewIdea, StandardChoice, Try
from coverplan.desk.server.first_answers import FirstAnswers
from coverplan.desk.server.map_content import MapContents
from coverplan.desk.server.numbers import Teller
from coverplan.desk.server.places import Places
from coverplan.desk.server.shown import IdeaCard, IdeaShown, Numbers, SupplyShown
from coverplan.desk.server.supply import supply_shown
from coverplan.desk.store.ideas import Card, Store
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.prices import Prices
from coverplan.desk.workbench.written import scenario_text
from coverplan.errors import InputError, Problem, Problems
from coverplan.scenario.change_file import Change
from coverplan.scenario.load import own_type_words
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.setup.plan_reader.files import REVIEW
from coverplan.text.problem_words import what_words
from coverplan.text.reading import parts_of, watching
from coverplan.text.words import Language, Words
from coverplan.yamlfile import read_yaml_text, validate

#: Numbers of an idea, and of which reading of the study they are.
Told = tuple[Numbers, str]


class Desk:
    """Answers the page.

    Parameters
    ----------
    scenario
        The scenario file that is opened.
    folder
        Where ideas and documents are kept; beside the study when not given.

    Raises
    ------
    InputError
        With everything that is wrong with the scenario, its study, or the folder.
    """

    def __init__(self, scenario: Path, folder: Path | None = None) -> None:
        self.scenario = scenario
        self._load()
        self.folder = folder or self.ground.ready.study.folder / "desk"
        self.store = Store(self.folder / "desk.sqlite")

    def _load(self) -> None:
        with watching() as opened:
            ground = Ground(prepare(self.scenario))
        prices = Prices(ground.ready)
        self._files = list(opened)
        self._read_at = self._moments()
        self.ground, self.prices = ground, prices
        read = self._stamp()
        self.places, self.maps = Places(ground), MapContents(ground, read)
        self.teller = Teller(ground, read)

    def reload(self) -> None:
        """Read scenario and study again; what is kept stays."""
        self._load()

    def changed_files(self) -> list[str]:
        """Names of files of the study that have changed since they were read."""
        return sorted({path.name for path, now in self._moments().items() if self._read_at.get(path) != now})

    def review_page(self) -> Path | None:
        """The page on which the plan was checked against its document, where it stands beside the plan's file."""
        loaded = self.ground.ready.loaded
        if loaded.scenario.plan is None:
            return None
        page = plan_file(loaded.scenario_document, loaded.scenario.plan).parent / REVIEW
        return page if page.is_file() else None

    def _stamp(self) -> str:
        """The files of the study as they were read: the same after another start, another one after a change."""
        told = sorted((str(path), moment) for path, moment in self._read_at.items())
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _moments(self) -> dict[Path, tuple[int, ...] | None]:
        found: dict[Path, tuple[int, ...] | None] = {}
        # what came to stand beside a file is read with it; an edit that keeps size and date changes the inode's own
        for path in sorted({*self._files, *(part for file in self._files for part in parts_of(file))}):
            try:
                told = path.stat()
                found[path] = (told.st_mtime_ns, told.st_size, told.st_ctime_ns, told.st_ino)
            except OSError:
                found[path] = None
        return found

    def warm(self) -> None:
        """Answer once what a page asks for first, so that the first click is as quick as the others."""
        first = Idea.of(self.ground.ready.loaded.scenario)
        self.ground.answer(first)
        self.ground.answer(replace(first, changes=()))
        self.maps(self.ground.ready.loaded.scenario.language)

    def close(self) -> None:
        """Let go of what is kept; nothing may be asked afterwards."""
        self.store.close()

    def ideas(self) -> list[IdeaCard]:
        """Every idea that is kept; a first one is begun where there is none."""
        if not self.store.cards():
            scenario = self.ground.ready.loaded.scenario
            words = Words(scenario.language)
            self.store.add(Idea.of(scenario).written(), name=words("desk.first_idea"))
        return [_card(card) for card in self.store.cards()]

    def add(self, asked: NewIdea) -> IdeaCard:
        """Keep a new idea."""
        base = Idea.of(self.ground.ready.loaded.scenario)
        idea = replace(base, changes=())
        if asked.copy_of is not None:
            idea = self._idea(asked.copy_of)
        elif asked.scenario is not None:
            idea = self._imported(asked.scenario)
        self._check(idea)
        return _card(self.store.add(idea.written(), name=asked.name, note=asked.note, author=asked.author))

    def _imported(self, text: str) -> Idea:
        """Changes, year and standards of a scenario file's text; no file that it names is opened."""
        problems = Problems()
        document = read_yaml_text(text, Path("scenario.yaml"), problems)
        document = (
            None if document is None else document.in_codes(own_type_words(self.ground.ready.loaded.study))
        )
        scenario = None if document is None else validate(document, ScenarioFile, problems)
        problems.raise_if_errors()
        assert scenario is not None
        # other standards would ask other questions: only what the page may choose about them is taken over
        idea = replace(
            Idea.of(self.ground.ready.loaded.scenario),
            changes=tuple(map(self.places.imported, scenario.changes)),
            year=scenario.year,
        )
        known = {standard.key for standard in idea.standards}
        for standard in scenario.standards:
            if standard.key in known:
                choice = StandardChoice(
                    key=standard.key,
                    minutes=standard.minutes,
                    profile=standard.profile,
                    count=standard.count,
                )
                idea = self._with_standard(idea, choice)
        return idea

    def label(self, idea: int, asked: Label) -> IdeaCard:
        """Write a card anew."""
        said = {"name": asked.name, "note": asked.note, "author": asked.author}
        return _card(self.store.label(idea, asked.revision, **said))

    def remove(self, idea: int, revision: int) -> None:
        """Throw an idea away."""
        self.store.remove(idea, revision)

    def show(self, idea: int, *, show: str | None, language: Language) -> IdeaShown:
        """An idea as it stands."""
        card, said = self._read(idea)
        return self._shown(card, self._numbers(said, show, language))

    def opened(self, idea: int, *, show: str | None, language: Language) -> IdeaShown:
        """An idea as it stands; kept for the next start of the desk."""
        card, said = self._read(idea)
        numbers, read = self._numbers(said, show, language)
        if show is None or any(standard.key == show for standard in said.standards):
            about = said.written()
            FirstAnswers(read).keep(*self._opening(idea, about, show, language), about=about, answer=numbers)
        return self._shown(card, (numbers, read))

    def opened_before(self, idea: int, *, show: str | None, language: Language) -> IdeaShown | None:
        """An idea as it stands, where it was opened like this before; nothing is reckoned."""
        card, said = self._read(idea)
        about, read = said.written(), self.teller.read
        numbers = FirstAnswers(read).find(*self._opening(idea, about, show, language), about=about)
        return None if numbers is None else self._shown(card, (numbers, read))

    def _opening(self, idea: int, about: object, show: str | None, language: Language) -> tuple[object, ...]:
        """What an idea is called among first answers; the scenario's own one is the same wherever it is kept."""
        own = about == Idea.of(self.ground.ready.loaded.scenario).written()
        return ("idea", *(("own",) if own else (str(self.store.file.resolve()), idea)), show, language)

    def map_content(self, language: Language) -> dict[str, Any]:
        """What the map shows of the study as it stands; kept for the next start of the desk."""
        maps = self.maps  # one study for content and its name, also while another is read
        content = maps(language)
        FirstAnswers(maps.read).keep("map", language, about=None, answer=content)
        return content

    def map_before(self, language: Language) -> dict[str, Any] | None:
        """The same where it was asked for before; nothing is drawn."""
        return cast("dict[str, Any] | None", FirstAnswers(self.maps.read).find("map", language, about=None))

    def supply(self, idea: int, language: Language) -> SupplyShown:
        """Who gets a place with an idea, and without any change."""
        card, said = self._read(idea)
        now, before = self.ground.supply(said), self.ground.supply(replace(said, changes=()))
        return supply_shown(card.revision, now, before, self.ground.place_names(said, language))

    def edit(self, idea: int, asked: Edit, *, show: str | None, language: Language) -> IdeaShown:
        """Take a step and say what it did; it is kept before it is shown."""
        if asked.go is not None:
            self.store.go(idea, asked.revision, -1 if asked.go == "back" else 1)
            return self.show(idea, show=show, language=language)
        after = self._edited(self._idea(idea), asked)
        self._check(after)
        # what is wrong with it is said before anything is kept
        numbers = self._numbers(after, show, language)
        card = self.store.take(idea, asked.revision, after.written())
        return self._shown(card, numbers)

    def attempt(self, idea: int, asked: Try, *, show: str | None, language: Language) -> Numbers:
        """What a change would do; nothing is kept."""
        before = self._idea(idea)
        change = self._made(asked.change, asked.unit_code)
        after = before.adding(change) if asked.position is None else before.swapping(asked.position, change)
        self._check(after)
        return self._numbers(after, show, language)[0]

    def scenario_file(self, idea: int) -> str:
        """The scenario with the idea in it, for the folder of the scenario that is open."""
        folder = self.ground.ready.loaded.scenario_document.path.resolve().parent
        card, said = self._read(idea)
        return scenario_text(self.ground.ready, said, folder, name=card.name)

    def _read(self, idea: int) -> tuple[Card, Idea]:
        """Card and content of the same moment."""
        card, said = self.store.read(idea)
        return card, Idea.read(said)

    def _idea(self, idea: int) -> Idea:
        return Idea.read(self.store.said(idea))

    def _made(self, change: Change, unit_code: str | None) -> Change:
        """The change where it may stand, with what it costs by the scenario's rates."""
        return self.prices.priced(self.places.placed(change, unit_code))

    def _edited(self, idea: Idea, asked: Edit) -> Idea:
        if asked.add is not None:
            return idea.adding(self._made(asked.add, asked.unit_code))
        if asked.drop is not None:
            return idea.without(asked.drop)
        if asked.swap is not None and asked.position is not None:
            return idea.swapping(asked.position, self._made(asked.swap, asked.unit_code))
        if asked.year is not None:
            return replace(idea, year=asked.year)
        assert asked.standard is not None
        return self._with_standard(idea, asked.standard)

    def _with_standard(self, idea: Idea, choice: StandardChoice) -> Idea:
        """The idea with one standard asked otherwise; its key stays what it was, so that nothing loses its place."""
        keys = [standard.key for standard in idea.standards]
        if choice.key not in keys:
            raise InputError([_unknown("standards", choice.key, keys)])
        profiles = self.ground.ready.profiles
        if choice.profile is not None and choice.profile not in profiles:
            raise InputError([_unknown("profile", choice.profile, sorted(profiles))])
        at = keys.index(choice.key)
        changed = {
            name: value
            for name in ("minutes", "profile", "count")
            if (value := getattr(choice, name)) is not None
        }
        standards = list(idea.standards)
        asked = standards[at].model_copy(update={**changed, "name": keys[at]})
        self._refuse_rings(standards[at], asked)
        standards[at] = asked
        return replace(idea, standards=tuple(standards))

    def _refuse_rings(self, standard: Standard, asked: Standard) -> None:
        """Whoever may ask by any number of minutes learns how far a protected place is from everybody, and so where it is."""
        same = all(getattr(asked, one) == getattr(standard, one) for one in ("minutes", "profile", "count"))
        if not same and standard.layer in self.places.by_unit:
            raise InputError(
                [
                    Problem(
                        "the standard counts protected places: it is asked as the scenario asks it",
                        field="standard", value=standard.layer, code="standard_fixed",
                    )
                ]
            )  # fmt: skip

    def _check(self, idea: Idea) -> None:
        if len(idea.changes) > MAX_CHANGES:
            raise InputError(
                [
                    Problem(
                        "the idea has too many changes",
                        field="changes",
                        value=len(idea.changes),
                        expected=f"at most {MAX_CHANGES}",
                        code="too_many_changes",
                    )
                ]
            )

    def _shown(self, card: Card, numbers: Told) -> IdeaShown:
        return {"card": _card(card), "numbers": numbers[0], "read": numbers[1]}

    def _numbers(self, idea: Idea, show: str | None, language: Language) -> Told:
        teller = self.teller  # one study for the whole answer, also while another is read
        ground = teller.ground
        answer = ground.answer(idea)
        before = ground.answer(replace(idea, changes=()))
        words = Words(language)
        remarks = list(dict.fromkeys(_remark(problem, words) for problem in answer.warnings))
        told = teller.numbers(idea, answer, before, show=show, remarks=remarks, language=language)
        return told, teller.read


def _remark(problem: Problem, words: Words) -> str:
    """What an idea is warned of, with the number that the list of changes gives to the one that it is about."""
    said = what_words(problem, words)
    first, _, rest = (problem.field or "").partition(".")
    number = rest.partition(".")[0]
    if first != "changes" or not number.isdigit():
        return said
    return words("desk.remark", number=int(number) + 1, text=said)


def _card(card: Card) -> IdeaCard:
    return cast("IdeaCard", {name: getattr(card, name) for name in Card.__slots__})


def _unknown(field: str, value: object, known: Sequence[str]) -> Problem:
    return Problem(
        "the choice is unknown", field=field, value=value, expected=", ".join(known), code="unknown_choice"
    )
