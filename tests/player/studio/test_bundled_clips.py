"""Every clip that is shipped has times that fit its text and its sound."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import player
from player.story.graph import Span
from player.story.sentences import sentence_spans, word_spans
from player.studio.script import Reading, read_script
from player.studio.timing import read_sidecar

SHELF = Path(player.__file__).parent.parent / "assets" / "stories"
BYTES_A_MS = 8
"""64 kbit/s."""


def readings() -> list[tuple[Path, Reading]]:
    folders = sorted(path.parent for path in SHELF.glob("*/*.yaml"))
    return [(folder, reading) for folder in folders for reading in read_script(folder).readings]


BUNDLED = readings()


def in_order(spans: tuple[Span, ...], duration_ms: int) -> bool:
    flat = [ms for span in spans for ms in (span.start_ms, span.end_ms)]
    return all(0 <= a <= b <= duration_ms for a, b in itertools.pairwise(flat))


@pytest.mark.parametrize(
    ("folder", "reading"), BUNDLED, ids=[f"{f.name}:{r.key}" for f, r in BUNDLED]
)
def test_a_bundled_clip_has_times_that_fit(folder: Path, reading: Reading) -> None:
    clip = folder / "audio" / f"{reading.key}.mp3"
    timings, duration_ms = read_sidecar(clip.with_suffix(".json").read_text(encoding="utf-8"))
    spans = tuple((s.start, s.end) for s in timings.sentences)
    assert spans == sentence_spans(reading.shown)
    assert tuple((w.start, w.end) for w in timings.words) == word_spans(reading.shown)
    assert in_order(timings.sentences, duration_ms)
    assert in_order(timings.words, duration_ms)
    assert duration_ms > 1000
    assert clip.stat().st_size == pytest.approx(duration_ms * BYTES_A_MS, rel=0.02, abs=1500)


def test_the_bundled_audio_stays_small() -> None:
    assert sum(path.stat().st_size for path in SHELF.rglob("*") if path.is_file()) < 25_000_000


def test_nothing_lies_in_the_audio_folders_that_no_story_asks_for() -> None:
    wanted = {folder / "audio" / f"{r.key}.mp3" for folder, r in BUNDLED}
    assert set(SHELF.rglob("*.mp3")) <= wanted
