"""The library with fifty thousand stories, seen from outside: from a key to the new rows.

The real program on a terminal of 120 x 40, beside bare Textual lists of as many rows in the same
run: its OptionList, filled anew with what is found, and a list that draws only what is seen and
knows nothing else. Run by hand: python -m pytest -s tests/benchmarks/bench_library.py.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.store import Store
from player.cli.shelving import Shelving
from player.tui.services import Settings
from tests.benchmarks.keyed_terminal import running

pytestmark = pytest.mark.benchmark

STORIES = 50_000
PROMISED_MS = 50.0
STUTTER_MS = 50.0

WORDS = {
    "hi": "चालाक कौआ पानी घड़ा दीया दादाजी रात हवा राजा रानी जंगल शेर चाँद तारे नदी नाव लड़की किताब",
    "ta": "தாத்தா விளக்கு காகம் தண்ணீர் குடம் ராஜா காடு சிங்கம் நிலா நதி படகு சந்தை சிறுமி புத்தகம் மலை",
    "en": "clever crow water pot lamp night wind king queen forest lion moon stars river boat girl",
}
BARE = """
from rich.segment import Segment
from textual.app import App
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input, OptionList

ROWS = [f"Story {{n}} crow {{n % 97}} lamp {{n % 89}}" for n in range({stories})]

class Bare(ScrollView, can_focus=True):
    def on_mount(self):
        self.virtual_size = Size(80, len(ROWS))
    def render_line(self, y):
        return Strip([Segment(ROWS[y + self.scroll_offset.y])])

class Options(App):
    CSS = "Input {{ height: 1; border: none }} Bare {{ height: 1fr }}"
    def compose(self):
        if {is_bare}:
            yield Bare()
        else:
            yield OptionList(*ROWS)
            yield Input()
    def on_mount(self):
        self.query(Bare if {is_bare} else OptionList).first().focus()
    def on_key(self, event):
        if event.key == "slash":
            self.query_one(Input).focus()
    def on_input_changed(self, event):
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([row for row in ROWS if event.value in row])

Options().run()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a library of fifty thousand stories in three languages."""
    home = tmp_path_factory.mktemp("home")
    (home / "data").mkdir()
    path = home / "data" / "kahani.sqlite"
    store = Store.open(path)
    store.listener()
    store.close()
    with sqlite3.connect(path) as connection:
        _fill(connection, random.Random(4))
    connection.close()
    return home


def _fill(connection: sqlite3.Connection, chance: random.Random) -> None:
    words = {language: listed.split() for language, listed in WORDS.items()}
    told = '{"nodes": ["' + "x" * 1000 + '"]}'
    for number in range(STORIES):
        story = uuid.UUID(int=chance.getrandbits(128)).hex
        slug = f"{chance.choice(words['en'])}-{number}"
        ages, region = chance.choice(("4-8", "6-10", "12+")), f"region {chance.randrange(40)}"
        connection.execute(
            "INSERT INTO stories (id, slug, age_range, region) VALUES (?, ?, ?, ?)",
            (story, slug, ages, region),
        )
        connection.executemany(
            "INSERT INTO story_translations"
            " (id, story_id, language_code, title, description, content_json)"
            " VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, ?)",
            [
                (story, language, _some(chance, listed, 3), _some(chance, listed, 14), told)
                for language, listed in words.items()
            ],
        )
        kind = chance.choice(("narrative", "podcast", "educational"))
        genre = chance.choice(("folk tale", "fable", "mystery", "science"))
        connection.execute(
            "INSERT INTO content (id, story_id, title, text_content, audio_url, format, genre,"
            " difficulty, difficulty_score, duration, template_id, model_parameters, session_id)"
            " VALUES (?, ?, 't', ?, 'r2://', ?, ?, 'lexical-heavy', ?, ?, 't', '{}', 'import')",
            (slug, story, "x" * 800, kind, genre, chance.random(), chance.randrange(60, 900)),
        )


def _some(chance: random.Random, words: Sequence[str], count: int) -> str:
    return " ".join(chance.choices(words, k=count))


def told(name: str, times: Sequence[float]) -> float:
    """Print the percentiles of some times in ms, and return the 95th."""
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    worst, half = max(times), statistics.median(times)
    print(f"  {name:<44} p50 {half:6.1f}  p95 {p95:6.1f}  worst {worst:6.1f} ms of {len(times)}")
    return p95


def test_new_rows_are_there_within_50_ms_of_a_key(home: Path) -> None:
    kahani = str(Path(sys.executable).with_name("kahani"))
    taken: dict[str, list[float]] = {}
    with running([kahani], home) as terminal:
        begun = time.perf_counter()
        terminal.until(b"50,003 stories")
        print(
            f"\nkahani, {STORIES:,} stories on the screen after {time.perf_counter() - begun:.1f} s"
        )
        empty = terminal.memory_mb
        scrolls = [b"\x1b[6~"] * 25 + [b"\x1b[F", b"\x1b[5~", b"\x1b[H", b"\x1b[B"] * 5
        taken["page down, end, home"] = [terminal.press(key) for key in scrolls]
        taken["filters open"] = [terminal.press(b"F")]
        choices = [b" ", b"\x1b[B", b" ", b"\t", b" ", b"\x1b[B", b" ", b"\t", b" "] * 3
        taken["filters on and off"] = [terminal.press(key) for key in choices]
        terminal.press(b"\x1b")
        taken["filters cleared"] = [terminal.press(b"c")]
        terminal.press(b"/")
        early = b"raja"
        taken["typing while keys are still made"] = [
            terminal.press(bytes([key]), is_settled=False) for key in early
        ]
        terminal.rest()
        queries = (b"raja rani", b"vilakku", b"clever crow 4", "रात हवा".encode(), b"zebra")
        typed: list[float] = []
        for query in queries:
            terminal.press(b"\x15")  # everything before the cursor away
            typed += [terminal.press(letter.encode()) for letter in query.decode()]
        taken["typing, all stories"] = typed
        terminal.press(b"\x15")
        terminal.press(b"\t")
        terminal.press(b" ")
        terminal.press(b"\x1b")
        taken["typing, among the filtered"] = [
            terminal.press(bytes([key])) for key in b"kaua nadi crow"
        ]
        print(f"  memory {empty:.0f} MB with the list, {terminal.memory_mb:.0f} MB with all keys")
    waited = {name: told(name, times) for name, times in taken.items()}
    _baselines(home)
    late = "typing while keys are still made"  # told, not promised: its rows come bit by bit
    assert max(ms for name, ms in waited.items() if name != late) <= PROMISED_MS


def _baselines(home: Path) -> None:
    for name, is_bare in (("bare list that draws what is seen", True), ("OptionList", False)):
        program = home / "bare.py"
        program.write_text(BARE.format(stories=STORIES, is_bare=is_bare))
        with running([sys.executable, str(program)], home) as terminal:
            terminal.until(b"Story 1")
            terminal.settle()
            print(f"{name}, {STORIES:,} rows, {terminal.memory_mb:.0f} MB")
            keys = [b"\x1b[6~"] * 10 + [b"\x1b[F", b"\x1b[H"] * 3
            told("page down, end, home", [terminal.press(key) for key in keys])
            if not is_bare:
                terminal.press(b"/")
                told("typing", [terminal.press(bytes([key])) for key in b"crow 4"])


async def test_opening_the_library_does_not_make_the_screen_stutter(home: Path) -> None:
    store = Store.open(home / "data" / "kahani.sqlite")
    shelving = Shelving(store, [home])
    lates: list[float] = []
    is_over = asyncio.Event()

    async def tick() -> None:
        while not is_over.is_set():
            begun = time.perf_counter()
            await asyncio.sleep(0.005)
            lates.append(1000 * (time.perf_counter() - begun) - 5)

    ticking = asyncio.create_task(tick())
    try:
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            stories = await asyncio.to_thread(shelving.catalogue, Settings(language="hi"))
            times.append(1000 * (time.perf_counter() - begun))
            assert len(stories) >= STORIES
    finally:
        is_over.set()
        await ticking
        store.close()
    first, *again = times
    print(f"\n{STORIES:,} stories read in {first:.0f} ms, looked at again in {min(again):.0f} ms")
    told("how late the screen was meanwhile", lates)
    assert max(lates) <= STUTTER_MS
