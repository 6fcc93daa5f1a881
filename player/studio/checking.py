"""Checking clips by meter: what a listener would stumble over, found before it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from player.errors import KahaniError
from player.story.sentences import sentence_spans
from player.studio.mastering import LOUDNESS_LUFS, PEAK_DBTP, Measure, measure_clip
from player.studio.script import Reading, read_script
from player.studio.timing import read_sidecar

LOUDNESS_TOLERANCE_DB: Final = 1.0
HEAD_MS: Final = (60, 130)
TAIL_MS: Final = (100, 200)
LONGEST_SILENCE_MS: Final = 1200
SHORTEST_MS: Final = 1000
PACE: Final = (0.7, 1.4)
"""How far the seconds a letter of a clip may be from the median of its speaker."""

_MIN_LETTERS_FOR_PACE: Final = 25
_MIN_CLIPS_FOR_PACE: Final = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one clip ("hi/0.00/meera/intro") that should be heard or made again."""

    key: str
    problem: str


def check_clips(folder: Path, readings: Iterable[Reading] | None = None) -> list[Finding]:
    """Measure the clips of a story folder, or of some of its readings; takes 0.1 s a clip.

    Raises:
        MissingPartError: ffmpeg is not installed.
        UsageError: there is no story in the folder.
    """
    findings: list[Finding] = []
    paces: dict[tuple[str, str], list[tuple[Reading, float]]] = defaultdict(list)
    for reading in read_script(folder).readings if readings is None else readings:
        clip = folder / "audio" / f"{reading.key}.mp3"
        try:
            measure = measure_clip(clip)
        except KahaniError as error:
            findings.append(Finding(reading.key, str(error)))
            continue
        findings += [Finding(reading.key, problem) for problem in problems_of(measure)]
        findings += [Finding(reading.key, p) for p in _problems_of_times(reading, clip, measure)]
        letters = sum(char.isalpha() for char in reading.spoken)
        if letters >= _MIN_LETTERS_FOR_PACE:
            pace = measure.duration_ms / letters
            paces[reading.language, reading.speaker].append((reading, pace))
    return findings + list(_odd_paces(paces.values()))


def problems_of(measure: Measure) -> Iterator[str]:
    """Yield what is wrong with a clip of this measure, one sentence each."""
    if abs(measure.loudness_lufs - LOUDNESS_LUFS) > LOUDNESS_TOLERANCE_DB:
        yield f"loudness {measure.loudness_lufs:.1f} LUFS instead of {LOUDNESS_LUFS:.0f}"
    if measure.peak_dbtp > PEAK_DBTP or measure.clipped_samples:
        yield f"true peak {measure.peak_dbtp:.1f} dBTP, {measure.clipped_samples} samples clipped"
    if not HEAD_MS[0] <= measure.head_ms <= HEAD_MS[1]:
        yield f"{measure.head_ms} ms of silence at the head"
    if not TAIL_MS[0] <= measure.tail_ms <= TAIL_MS[1]:
        yield f"{measure.tail_ms} ms of silence at the tail"
    if measure.longest_silence_ms > LONGEST_SILENCE_MS:
        yield f"{measure.longest_silence_ms} ms of silence within"
    if measure.duration_ms < SHORTEST_MS:
        yield f"only {measure.duration_ms} ms long"


def _problems_of_times(reading: Reading, clip: Path, measure: Measure) -> Iterator[str]:
    try:
        timings, duration_ms = read_sidecar(clip.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"no times beside it: {error}"
        return
    if duration_ms != measure.duration_ms:
        yield f"the times are those of a clip of {duration_ms} ms, not {measure.duration_ms}"
    if tuple((s.start, s.end) for s in timings.sentences) != sentence_spans(reading.shown):
        yield "the times are those of another text"


def _odd_paces(groups: Iterable[list[tuple[Reading, float]]]) -> Iterator[Finding]:
    for group in groups:
        if len(group) < _MIN_CLIPS_FOR_PACE:
            continue
        usual = median(pace for _, pace in group)
        for reading, pace in group:
            if not PACE[0] <= pace / usual <= PACE[1]:
                yield Finding(reading.key, f"{pace:.0f} ms a letter where {usual:.0f} is usual")
