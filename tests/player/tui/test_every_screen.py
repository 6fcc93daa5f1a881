"""Every screen and dialog of the real program, at three sizes, in four languages: all in line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pytest

from player.tui.fields import fields

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (100, 30), (160, 50)]
BESIDE_FROM = 100
IN_WORDS = [(100, 30)]
"""Where details stand beside a list too narrow for columns: facts follow one another there."""
EDGE = 2
NEVER_SEEN = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd\ufffd]|Traceback")


class Told(NamedTuple):
    """A story as it is told in a language: what is to be seen of it."""

    slug: str
    title: str
    words: str
    latin: str = ""
    english: str = "Come, children"


STORIES = {
    "hi": Told("clever-crow", "चालाक कौआ", "दादी", "dādī"),
    "ta": Told("clever-crow", "புத்திசாலிக் காகம்", "குழந்தைகளே", "vāruṅkaḷ"),
    "bn": Told("clever-crow", "চালাক কাক", "ঠাকুমার", "eso sonārā"),
    "it": Told("la-volpe-e-la-luna", "La volpe e la luna", "Ginestra", "", "little fox"),
}


def cells(row: str) -> str:
    """Return one character a cell, as tmux counts: marks without width take none."""
    return "".join(c for c in row if unicodedata.category(c) not in {"Mn", "Me", "Cf"})


def boxes_of(rows: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Find the boxes: left, top, right, bottom. Raises: AssertionError for one that is broken."""
    for top, row in enumerate(rows):
        for left in (x for x, sign in enumerate(row) if sign == "╭"):
            right = row.find("╮", left)
            assert right > left, f"no corner on the right: {row}"
            below = next((y for y in range(top, len(rows)) if rows[y][left:][:1] == "╰"), 0)
            assert below, f"no bottom below row {top}"
            sides = {rows[y][x : x + 1] for y in range(top + 1, below) for x in (left, right)}
            assert sides == {"│"}, f"a side is broken between rows {top} and {below}"
            assert rows[below][right : right + 1] == "╯", f"no corner on the right: {rows[below]}"
            yield left, top, right, below


def check(screen: str, size: tuple[int, int], boxes: int) -> list[str]:
    """Return the rows, cell by cell. Raises: AssertionError where something is out of line."""
    width, height = size
    rows = [cells(row) for row in screen.removesuffix("\n").split("\n")]
    assert len(rows) == height
    assert max(map(len, rows)) <= width
    assert not NEVER_SEEN.search(screen)
    found = list(boxes_of(rows))
    assert len(found) == boxes
    edges = {x for left, _, right, _ in found for x in (left, right)}
    dividers = {x for row in rows for x, sign in enumerate(row) if sign == "│"} - edges
    assert len(dividers) <= 1, f"more than one divider: {dividers}"
    return rows


class Walk:
    """Somebody who looks at every screen there is."""

    def __init__(self, terminal: Terminal, size: tuple[int, int]) -> None:
        self.terminal, self.press = terminal, terminal.press
        self.size = size
        self.rows: list[str] = []

    def sees(
        self, *texts: str, gone: str = "\n", boxes: int = 0, keys: str = "? help", ends: str = ""
    ) -> None:
        """Wait until texts are seen, and all is in line: the screen may be half painted before.

        `gone` is seen no more, `keys` stand in the last row, `ends` at the end of the one before.
        """
        fault = "nothing was seen"

        def is_so() -> bool:
            nonlocal fault
            screen = self.terminal.sees
            flat = "".join(screen.split())
            missing = [text for text in texts if "".join(text.split()) not in flat]
            try:
                self.rows = check(screen, self.size, boxes)
                assert missing == []
                assert gone not in screen.removesuffix("\n").replace("\n", " ")
                assert keys in self.rows[-1]
                assert not ends or self.rows[-2].endswith(ends)
                assert not ends or len(self.rows[-2]) == self.size[0] - EDGE
            except AssertionError as error:
                fault = str(error)
                return False
            return True

        try:
            self.terminal.until(is_so)
        except AssertionError as error:
            pytest.fail(f"{texts}: {fault}\n{error}")

    def sees_over_the_story(
        self, *texts: str, gone: str = "\n", boxes: int = 0, keys: str = "? help"
    ) -> None:
        """Wait for what is seen on the listening screen, or over it."""
        self.sees("|| paused", *texts, gone=gone, boxes=boxes, keys=keys, ends="place saved")
        self.comes_to(self.reaches_the_edge)

    def comes_to(self, is_so: Callable[[list[str]], bool]) -> None:
        """Wait until rows are so: what was seen may stand there before all is painted."""
        self.terminal.until(lambda: is_so(list(map(cells, self.terminal.sees.split("\n")))))

    def reaches_the_edge(self, rows: list[str]) -> bool:
        return len(rows[0]) == self.size[0] - EDGE

    def has_both_sides(self, rows: list[str]) -> bool:
        sides = [row for row in rows if set(row) <= set("▔▁ ") and row.strip()]
        return list(map(len, sides)) == [self.size[0]] * 2


def read_along(walk: Walk, told: Told) -> None:
    """Read in all the ways there are."""
    walk.sees_over_the_story(told.title, told.words)
    walk.press("T")
    walk.sees_over_the_story(told.english)
    is_wide = walk.size[0] >= BESIDE_FROM
    walk.comes_to(lambda rows: (sum("│" in row for row in rows) >= 2) == is_wide)
    if told.latin:
        walk.press("Z")
        walk.sees_over_the_story(told.english, told.latin)
        walk.press("Z")
        walk.sees_over_the_story(gone=told.latin)
    walk.press("T")
    walk.sees_over_the_story(told.words, gone=told.english)
    walk.press("v")
    walk.sees_over_the_story("Just listen.")
    walk.press("v")
    walk.sees_over_the_story(told.words, gone="Just listen.")
    walk.press("v")
    walk.sees_over_the_story(told.words)
    walk.press("z")
    walk.terminal.until(lambda: bool(re.search("[\u2801-\u28ff]{2}", walk.terminal.sees)))
    walk.sees_over_the_story(told.title)
    walk.press("z")
    walk.terminal.until(lambda: not re.search("[\u2801-\u28ff]", walk.terminal.sees))
    walk.press("/")
    walk.sees_over_the_story("Find in the transcript", keys="enter find")
    walk.press("Escape")
    walk.sees_over_the_story(gone="Find in")


def ask_everything(walk: Walk, told: Told) -> None:
    """Open each dialog over the story, and the list of bookmarks."""
    walk.press("b")
    walk.sees_over_the_story("Bookmark at this line", "A note", boxes=1)
    walk.terminal.tmux("send-keys", "-l", f"{told.title} x")
    walk.sees_over_the_story(f"{told.title} x", "enter save", boxes=1)
    walk.press("Enter")
    walk.sees("Bookmark set.", "1 bookmark", gone="enter save", ends="place saved")
    walk.press("B")
    walk.sees("In this story", f"{told.title} x", keys="x remove")
    walk.comes_to(walk.reaches_the_edge)
    walk.press("x")
    walk.sees("Remove this bookmark?", boxes=1)
    walk.press("Escape")
    walk.sees("In this story", gone="Remove this", keys="x remove")
    walk.press("Escape")
    walk.sees_over_the_story(told.title)
    walk.press("S")
    walk.sees_over_the_story("Fall silent in", "20 minutes", boxes=1)
    walk.press("Escape")
    walk.sees_over_the_story(gone="Fall silent in")
    walk.press("i")
    walk.sees_over_the_story("Why this mix?", "kahani changes nothing", boxes=1)
    walk.press("Escape")
    walk.sees_over_the_story(gone="Why this mix?")
    walk.press("C-p")
    walk.sees("Search for commands", "5 seconds back")
    walk.comes_to(walk.has_both_sides)
    walk.press("Escape")
    walk.sees_over_the_story(gone="Search for commands")
    walk.press("?")
    walk.sees("Keys of this screen", "esc closes", boxes=1)
    walk.press("Escape")
    walk.sees_over_the_story(gone="Keys of this screen")


def set_everything(walk: Walk) -> None:
    """Open the settings, what they ask, and their page of keys."""
    names = [field.label for field in fields(())]
    walk.press("o")
    walk.sees("Settings", "Level", "intermediate", gone="place saved")
    walk.press("Home", "Down", "Enter")
    walk.sees("enter takes it", boxes=1)
    walk.press("Escape")
    walk.sees("Settings", gone="enter takes it")
    walk.press("Home", *["Down"] * names.index("Genres"), "Enter")
    walk.sees("Genres, the best liked first", "folk tale", boxes=1)
    walk.press("Escape")
    walk.sees("Settings", gone="the best liked first")
    walk.press("End", "Enter")
    walk.sees("Settings: keys", "Everywhere")
    walk.press("Enter")
    walk.sees("Press the new key", boxes=1)
    walk.press("Escape")
    walk.sees("Settings: keys", gone="Press the new key")
    walk.press("Escape")
    walk.sees("Settings", gone="Settings: keys")
    walk.press("Escape")
    walk.sees_over_the_story("place saved")


def look_for_stories(walk: Walk, told: Told) -> None:
    """Walk through the library: all, filtered, found, and nothing found."""
    walk.press("F2")
    walk.sees("3 stories", told.title, "downloaded", gone="place saved")
    walk.comes_to(walk.reaches_the_edge)
    facts = [row for row in walk.rows if re.match(r"..[▌ ] +\d+ min", row)]
    assert len(facts) == 3
    assert len({row.index("downloaded") for row in facts}) == 1 or walk.size in IN_WORDS
    walk.press("F")
    walk.sees("Yours", "Language", "[ ] new", keys="space choose")
    assert len({row.index("[ ]") for row in walk.rows if "[ ]" in row}) == 1
    walk.press("Tab", "Space")
    walk.sees("1 of 3 stories", "Bengali x", "[x] Bengali", keys="space choose")
    walk.press("Escape")
    walk.sees("Only", "1 of 3 stories", gone="[x]")
    walk.press("c")
    walk.sees("3 stories", gone="Only")
    walk.press("/")
    walk.sees("Find: title", keys="enter listen")
    walk.terminal.tmux("send-keys", "-l", told.title)
    walk.sees("1 of 3 stories", "Found", keys="esc all stories")
    walk.terminal.tmux("send-keys", "-l", "zzz")
    walk.sees("0 of 3 stories", keys="esc all stories")
    walk.press("Escape")
    walk.sees("3 stories", told.title, gone="of 3 stories")


def look_at_oneself(walk: Walk) -> None:
    """Look at what is known of the listener, to its end, and go back to the story."""
    walk.press("F5")
    walk.sees("Listened" if walk.size[0] >= BESIDE_FROM else "[", gone="place saved")
    walk.press("End")
    walk.sees("by week", keys="esc back")
    walk.press("Escape")
    walk.sees_over_the_story("place saved")


def have_no_room(walk: Walk) -> None:
    """Make the window too small, and large again."""
    large, walk.size = walk.size, (39, 11)
    walk.terminal.tmux("resize-window", "-x", "39", "-y", "11")
    walk.sees("This window is too small.", keys="")
    walk.size = large
    walk.terminal.tmux("resize-window", "-x", str(large[0]), "-y", str(large[1]))
    walk.sees("3 stories", gone="too small")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", STORIES)
def test_every_screen_keeps_its_borders_and_columns(
    terminal: Terminal, language: str, size: tuple[int, int]
) -> None:
    told = STORIES[language]
    config = terminal.home / "config" / "kahani" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'language = "{language}"\noutput = "silent"\nreduced_motion = true\nadapt = false\n'
    )
    terminal.start("play", told.slug, size=size)
    terminal.until_sees("> playing")
    terminal.press("Space")
    walk = Walk(terminal, size)
    read_along(walk, told)
    ask_everything(walk, told)
    set_everything(walk)
    look_at_oneself(walk)
    look_for_stories(walk, told)
    have_no_room(walk)
    terminal.press("q")
    terminal.until_sees("left with 0")
