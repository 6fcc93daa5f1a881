"""The two parts of You: what is believed of a language, and what was heard in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from player.tui import wording
from player.tui.portrait import Believed, You
from player.tui.screens import you_words as words
from player.tui.script import show
from player.tui.widgets.plots import BandPlot, Bars
from player.tui.widgets.ways import Ways

MOST_DECISIONS, FEW_DECISIONS = 12, 5
ENGLISH: Final = "en"


class BeliefPanel(Container):
    """One language: a sentence, the plot, what moved it last, what can be done, what was decided.

    The names of the languages, and what can be done, can be clicked.
    """

    languages = getters.query_one("#languages", Ways)
    sentence = getters.query_one("#sentence", Static)
    plot = getters.query_one(BandPlot)
    moved = getters.query_one("#moved", Static)
    ways = getters.query_one("#ways", Ways)
    decisions = getters.query_one("#decisions", Static)

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield Ways(id="languages")
        yield Static(id="sentence", markup=False)
        yield BandPlot()
        yield Static(words.legend(), id="legend")
        yield Static(id="moved", markup=False)
        yield Ways(id="ways")
        yield Static(id="decisions", markup=False)

    def tell(self, you: You, believed: Believed, titles: Mapping[str, str], now: datetime) -> None:
        """Show one of the languages as it stands `now`; `titles` are those of stories, by slug."""
        self.languages.update(words.tabs(you.languages, you.languages.index(believed)))
        self.sentence.update(Content.styled(show(believed.sentence), "bold"))
        self.set_class(not believed.has_line, "-unbelieved")
        self.plot.draw(believed.spans, believed.visits, *words.ends(believed, now))
        mine = [each for each in you.decisions if each.language == believed.language]
        heading = f"Lately, in {wording.language(believed.language)}" if mine else ""
        width = self.decisions.content_size.width
        count = MOST_DECISIONS if self.screen.has_class("-wide") else FEW_DECISIONS
        listed = words.decisions(mine[:count], titles, now, width)
        self.decisions.update(
            Content("\n").join([Content.styled(show(heading), "bold $secondary"), listed])
        )

    def offer(self, told: Sequence[str], offered: Sequence[tuple[str, str, str]]) -> None:
        """Show some sentences, and below them what can be done: the key, the words, the action."""
        self.moved.update(Content(show("\n".join(filter(None, told)))))
        self.ways.update(words.ways(offered))
        self.ways.display = bool(offered)


class NumbersPanel(Container):
    """What was heard in all, by week, and how much of a language was English."""

    facts = getters.query_one("#facts", Static)
    heard = getters.query_one("#heard", Bars)
    english_title = getters.query_one("#english-title", Static)
    english = getters.query_one("#english", Bars)
    less = getters.query_one("#less", Static)
    offline = getters.query_one("#offline", Static)

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield Static(id="facts", markup=False)
        yield Static("Minutes listened, by week", id="heard-title", classes="title", markup=False)
        yield Bars(id="heard")
        yield Static(id="english-title", classes="title", markup=False)
        yield Bars(id="english")
        yield Static(id="less", markup=False)
        yield Static(id="offline", markup=False)

    def tell(self, you: You, believed: Believed | None) -> None:
        """Show the numbers, and how much of a language was English."""
        self.facts.update(words.numbers(you, self.facts.content_size.width))
        self.heard.draw(words.minutes(you.weeks))
        self.set_class(not any(week.seconds for week in you.weeks), "-unheard")
        weeks = believed.weeks if believed and believed.language != ENGLISH else ()
        has_english = any(week.english is not None for week in weeks)
        self.set_class(not has_english, "-without-english")
        if believed is not None and has_english:
            name = wording.language(believed.language)
            self.english_title.update(Content(show(f"English in your {name}, % by week")))
            self.english.draw(words.english(weeks))
            self.less.update(Content(show(words.less_english(believed))))

    def tell_network(self, *, is_offline: bool) -> None:
        """Say that something may be missing while the network is away."""
        self.offline.update(Content(words.OFFLINE if is_offline else ""))
