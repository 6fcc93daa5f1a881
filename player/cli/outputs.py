"""Where the sound goes, by the name that a listener gives it."""

from __future__ import annotations

from pathlib import Path

from player.audio.clock import Clock
from player.audio.output import AudioOutput
from player.errors import UsageError


def make_output(name: str, clock: Clock, *, pace: float = 1.0) -> AudioOutput:
    """Return the output called "vlc", "silent" or "wav:FILE".

    Another `pace` than 1 is only for silence, and takes the place of "vlc". Raises UsageError for
    any other name, MissingPartError when its parts are not installed.
    """
    is_wav = name.startswith("wav:")
    if name not in ("vlc", "silent") and not is_wav:
        raise UsageError(f"there is no output {name!r}; there is vlc, silent, wav:FILE.")
    if is_wav and pace != 1.0:
        raise UsageError("a recording takes the time that the sound takes: leave --pace out.")
    if name == "silent" or pace != 1.0:
        from player.audio.silent import SilentOutput

        return SilentOutput(clock, pace=pace)
    from player.audio.vlc import VlcOutput, WavOutput, probe

    probe()
    if not is_wav:
        return VlcOutput()
    path = _wav_path(name.removeprefix("wav:"))
    try:
        return WavOutput(path)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}. "
            "Give wav:FILE in a folder where you may write, e.g. wav:/tmp/story.wav."
        ) from error


def stand_in(clock: Clock) -> AudioOutput:
    """Return what tells the story in silence where its sound cannot be had."""
    from player.audio.silent import STAND_IN, SilentOutput

    return SilentOutput(clock, name=STAND_IN)


def is_heard(output: AudioOutput) -> bool:
    """Return whether an output really sounds."""
    from player.audio.silent import SilentOutput

    return not isinstance(output, SilentOutput)


def _wav_path(text: str) -> Path:
    path = Path(text).expanduser()
    if not text or path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError(f"wav:{text} names no file that can be written; give wav:FILE.")
    return path
