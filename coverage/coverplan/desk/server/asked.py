"""What the page may send: one frozen schema for each body, closed against what nobody knows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from coverplan.scenario.change_file import Change, Year
from coverplan.text.attribute_words import Explained
from coverplan.yamlfile import unfit

Text = Annotated[str, Field(max_length=2_000)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
#: An idea with more changes than this is a plan of its own and belongs into a file.
MAX_CHANGES = 400


class Asked(Explained):
    """Base of every body."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


class NewIdea(Asked):
    """An idea to be kept: empty, a copy of another, or read from a scenario file."""

    name: Title
    """How it is called."""
    note: Text = ""
    """What is to be remembered about it."""
    author: Text = ""
    """Who began it."""
    copy_of: int | None = None
    """Id of the idea to be copied."""
    scenario: Annotated[str, Field(max_length=900_000)] | None = None
    """Text of a scenario file about the same study: its changes, year and standards are taken over."""


class Label(Asked):
    """An idea's card, written anew."""

    revision: int
    """Revision that the writer has seen."""
    name: Title
    """How it is called."""
    note: Text = ""
    """What is to be remembered about it."""
    author: Text = ""
    """Who wrote it last."""


class StandardChoice(Asked):
    """What may be chosen about one standard of the scenario."""

    key: Annotated[str, Field(max_length=200)]
    """Its key."""
    minutes: float | None = Field(default=None, gt=0, le=240)
    """Longest time that counts, inclusive."""
    profile: Annotated[str, Field(max_length=80)] | None = None
    """Who walks or drives."""
    count: Literal["all", "own_unit"] | None = None
    """Whom a facility serves."""


class Edit(Asked):
    """One step: exactly one of its parts."""

    revision: int
    """Revision that the writer has seen."""
    add: Change | None = None
    """One more change."""
    drop: int | None = None
    """Position of a change to be left out."""
    swap: Change | None = None
    """A change that takes the place of the one at `position`."""
    position: int | None = None
    """Where `swap` goes."""
    year: Year | None = None
    """Year to look at."""
    standard: StandardChoice | None = None
    """A standard to be asked otherwise."""
    go: Literal["back", "forward"] | None = None
    """Take back the last step, or take it again."""
    unit_code: Annotated[str, Field(max_length=80)] | None = None
    """For layers with protected places: the unit in which the place of `add` or `swap` lies."""

    @model_validator(mode="after")
    def _one_thing(self) -> Edit:
        parts = (self.add, self.drop, self.swap, self.year, self.standard, self.go)
        given = sum(part is not None for part in parts)
        if given != 1:
            raise unfit(
                "edit_of_one_thing",
                "an edit is one thing, here are {given}",
                "one of add, drop, swap, year, standard, go",
                "send each as an edit of its own",
                given=given,
            )
        if (self.swap is None) != (self.position is None):
            raise unfit("swap_without_place", "swap and position belong together", "both or neither")
        return self


class Try(Asked):
    """A change that is only looked at."""

    change: Change
    """The change."""
    position: int | None = None
    """Position of the change that it would take the place of; none: it would be added."""
    unit_code: Annotated[str, Field(max_length=80)] | None = None
    """For layers with protected places: the unit in which it lies."""


class Ask(Asked):
    """Where the next ones should go."""

    standard: Annotated[str, Field(max_length=200)]
    """Key of the standard whose people are to be reached."""
    type: Annotated[str | None, Field(max_length=80)] = None
    """Type of what would be opened."""
    new: Annotated[int | None, Field(ge=1, le=200)] = None
    """How many."""
    budget: Annotated[float | None, Field(gt=0, le=1e12)] = None
    """Money instead of a type and a number: whatever types the standard counts, at the scenario's rates."""
    beside: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=50)] = ()
    """Further standards for which the same money is spent; whoever is newly reached by two of them counts twice."""
    from_present: bool = False
    """Look for them as if nothing had been changed, to hold an idea against; else on top of the idea."""

    @model_validator(mode="after")
    def _number_or_money(self) -> Ask:
        number = self.type is not None and self.new is not None
        if number == (self.budget is not None) or (self.type is None) != (self.new is None):
            raise ValueError("type and new, or budget alone")
        if self.beside and self.budget is None:
            raise ValueError("beside goes with budget")
        return self


class AskTargets(Asked):
    """Which targets are to be met with the fewest further actions."""

    targets: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(min_length=1, max_length=400)]
    """Ids of the plan's targets."""
    cheapest: bool = False
    """Least money instead of fewest actions, where the scenario names a cost file."""


class Revision(Asked):
    """What the writer has seen."""

    revision: int
    """Revision of the idea."""
