"""Voicing a story: find the clips that are missing or out of date, and make them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from player.errors import MissingPartError, UsageError
from player.studio.script import Reading, Script, read_script

if TYPE_CHECKING:
    from player.studio.checking import Finding
    from player.studio.manifest import Manifest
    from player.studio.speech import Engine, Voice

DEFAULT_ENGINE: Final = "kokoro"

Report = Callable[[str], None]
"""Takes one line for people."""


@dataclass(slots=True)
class VoicingReport:
    """What became of each clip, by its key ("hi/0.00/meera/intro").

    `recordings` were not made by the studio and are left as they are; `withdrawn` were, and the
    story has them no more. `findings` is what the meter says of the clips asked for, where any was
    made. `seconds` of sound were made in `worked_seconds`.
    """

    made: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    worked_seconds: float = 0.0


def voice_story(
    folder: Path,
    *,
    engine: str = DEFAULT_ENGINE,
    languages: Collection[str] = (),
    nodes: Collection[str] = (),
    force: bool = False,
    report: Report = lambda _: None,
) -> VoicingReport:
    """Make the clips of the story in `folder` that are missing or out of date, 0.3 s a second.

    Only those in `languages` and of `nodes` where given; with `force` all, over recordings too.

    Raises:
        MissingPartError: the engine, ffmpeg or numpy is not installed.
        UsageError: no such story, engine, language or node.
    """
    _require_parts()
    from player.studio.casting import voice_for  # noqa: PLC0415 - below numpy
    from player.studio.checking import check_clips  # noqa: PLC0415 - below numpy
    from player.studio.manifest import Manifest, recipe_of  # noqa: PLC0415 - below numpy

    script = read_script(folder)
    wanted = _wanted(script, languages, nodes)
    manifest = Manifest(folder / "audio")
    result = VoicingReport(withdrawn=manifest.withdraw({r.key for r in script.readings}))
    due: list[_Due] = []
    for reading in wanted:
        voice = voice_for(reading, script.slug, engine)
        recipe = recipe_of(reading, voice, engine)
        if force or manifest.needs(reading.key, recipe):
            due.append(_Due(reading, voice, recipe))
        elif manifest.is_recording(reading.key):
            result.recordings.append(reading.key)
        else:
            result.current.append(reading.key)
    if due:
        _make(folder / "audio", due, engine, manifest, result=result, report=report)
        result.findings += check_clips(folder, wanted)
    return result


@dataclass(frozen=True, slots=True)
class _Due:
    reading: Reading
    voice: Voice
    recipe: str


def _require_parts() -> None:
    try:
        import numpy  # noqa: F401, ICN001, PLC0415 - only asked for
    except ImportError as error:
        raise MissingPartError(
            "The voice studio needs numpy. Run `pip install 'kahani[studio]'`, "
            "or player/studio/setup.sh for the Kokoro voices."
        ) from error


def _wanted(
    script: Script, languages: Collection[str], nodes: Collection[str]
) -> tuple[Reading, ...]:
    for what, asked, known in (
        ("language", languages, {r.language for r in script.readings}),
        ("node", nodes, {r.node for r in script.readings}),
    ):
        if unknown := sorted(set(asked) - known):
            raise UsageError(
                f"{script.slug} has no {what} {', '.join(unknown)}; it has: "
                f"{', '.join(sorted(known))}."
            )
    return tuple(
        reading
        for reading in script.readings
        if (not languages or reading.language in languages) and (not nodes or reading.node in nodes)
    )


def _make(
    audio: Path,
    due: list[_Due],
    engine_name: str,
    manifest: Manifest,
    *,
    result: VoicingReport,
    report: Report,
) -> None:
    from player.studio.engines import open_engine  # noqa: PLC0415 - starts libraries

    engine = open_engine(engine_name)
    begun = time.monotonic()
    for number, clip in enumerate(due, start=1):
        key = clip.reading.key
        manifest.begin(key, engine.name)
        seconds = make_clip(audio, clip.reading, clip.voice, engine)
        manifest.finish(key, clip.recipe, engine.name)
        result.made.append(key)
        result.seconds += seconds
        result.worked_seconds = time.monotonic() - begun
        rate = result.worked_seconds / result.seconds
        report(f"{number}/{len(due)} {key}: {seconds:.1f} s ({rate:.2f} s a second of sound)")


def make_clip(audio: Path, reading: Reading, voice: Voice, engine: Engine) -> float:
    """Make the clip of `reading` and the times beside it, whole or not at all.

    Returns its seconds.
    """
    from player.studio.manifest import write_beside  # noqa: PLC0415 - below numpy
    from player.studio.mastering import master  # noqa: PLC0415 - below numpy
    from player.studio.narration import narrate  # noqa: PLC0415 - below numpy
    from player.studio.timing import sidecar, timings_of  # noqa: PLC0415 - with its caller

    clip = audio / f"{reading.key}.mp3"
    clip.parent.mkdir(parents=True, exist_ok=True)
    speech = narrate(reading.spoken, reading.language, voice, engine)
    beside = clip.with_name(f".{clip.name}.{os.getpid()}.part")
    try:
        measure, shift = master(speech, beside)
        times = [((start + shift) * 1000, (end + shift) * 1000) for start, end in speech.words]
        timings = timings_of(reading.shown, reading.spoken, times, measure.duration_ms)
        write_beside(clip.with_suffix(".json"), sidecar(timings, measure.duration_ms).encode())
        beside.replace(clip)
    finally:
        beside.unlink(missing_ok=True)
    return measure.duration_ms / 1000
