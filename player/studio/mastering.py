"""From spoken samples to a finished clip: trimmed, levelled, faded, encoded, measured."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from player.errors import KahaniError, MissingPartError
from player.studio.narration import voiced_range
from player.studio.speech import Samples, Speech

HEAD_SECONDS: Final = 0.090
"""Silence before the voice: sound devices wake slowly."""

TAIL_SECONDS: Final = 0.150
LOUDNESS_LUFS: Final = -19.0
LIMIT_DBTP: Final = -1.5
PEAK_DBTP: Final = -1.0
"""What no finished clip may exceed; encoding adds a little to the limit above."""

RATE: Final = 48_000
ENCODING: Final = (
    "-c:a libmp3lame -b:a 64k -ar 48000 -ac 1 -reservoir 0 -id3v2_version 0 -write_id3v1 0"
)
"""64 kbit/s CBR without a bit reservoir: libVLC seeks best in it, and it streams at once."""

_FADE_SECONDS: Final = 0.030
_CLOSE_ENOUGH_DB: Final = 0.3
_SILENCE_LUFS: Final = -60.0
_PAUSE: Final = 0.01
"""The part of the peak below which samples are taken for a pause."""

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """What a meter says of a clip. Times in milliseconds; head and tail are the silence there."""

    loudness_lufs: float
    peak_dbtp: float
    duration_ms: int
    head_ms: int
    tail_ms: int
    longest_silence_ms: int
    clipped_samples: int


def master(speech: Speech, target: Path) -> tuple[Measure, float]:
    """Write `speech` as the MP3 `target`; return its measure and what to add to its word times.

    The shift is in seconds. The file is written in place: hand in a name beside the real one.

    Raises:
        MissingPartError: ffmpeg is not installed.
        KahaniError: ffmpeg failed, or there is no sound in the speech.
    """
    samples, shift = _framed(speech)
    seconds = len(samples) / speech.rate
    source = ("-f", "f32le", "-ar", str(speech.rate), "-ac", "1", "-i", "-")
    raw = samples.tobytes()
    loudness = _loudness(_ffmpeg(*source, "-af", "ebur128", "-f", "null", "-", stdin=raw)[1])[0]
    gain = LOUDNESS_LUFS - loudness if loudness > _SILENCE_LUFS else 0.0
    limit = LIMIT_DBTP
    for _ in range(_TRIES):
        # The limiter works at 192 kHz, where the peaks between samples are seen.
        chain = (
            f"volume={gain:.2f}dB,aresample=192000,"
            f"alimiter=limit={10 ** (limit / 20):.4f}:attack=2:release=60:level=disabled,"
            f"aresample={RATE},afade=t=in:d={_FADE_SECONDS},"
            f"afade=t=out:st={seconds - _FADE_SECONDS:.4f}:d={_FADE_SECONDS}"
        )
        _ffmpeg(*source, "-af", chain, *ENCODING.split(), "-f", "mp3", str(target), stdin=raw)
        measure = measure_clip(target)
        too_quiet = LOUDNESS_LUFS - measure.loudness_lufs
        too_high = measure.peak_dbtp - PEAK_DBTP
        if too_high <= 0 and abs(too_quiet) <= _CLOSE_ENOUGH_DB:
            break
        limit -= max(0.0, too_high + 0.1) if too_high > 0 else 0.0
        gain += too_quiet if measure.loudness_lufs > _SILENCE_LUFS else 0.0
    return measure, shift


def measure_clip(path: Path) -> Measure:
    """Measure the finished clip at `path`, as a decoder plays it.

    Raises:
        MissingPartError: ffmpeg is not installed.
        KahaniError: the file is no sound.
    """
    out, log = _ffmpeg(
        *("-i", str(path), "-af", "ebur128=peak=true", "-ar", str(RATE)),
        *("-ac", "1", "-f", "f32le", "-"),
    )
    samples = np.frombuffer(out, np.float32)
    loudness, peak = _loudness(log)
    first, last = voiced_range(samples, RATE)
    if first == last:
        raise KahaniError(f"There is nothing to hear in {path}.")
    loud = np.abs(samples)
    gaps = np.diff(np.flatnonzero(loud > _PAUSE * float(loud.max())))
    return Measure(
        loudness_lufs=loudness,
        peak_dbtp=peak,
        duration_ms=_ms(len(samples)),
        head_ms=_ms(first),
        tail_ms=_ms(len(samples) - last),
        longest_silence_ms=_ms(int(gaps.max(initial=0))),
        clipped_samples=int(np.count_nonzero(loud >= 1.0)),
    )


def _framed(speech: Speech) -> tuple[Samples, float]:
    """Put the silence that is wanted around the voice; return how much later it is heard."""
    first, last = voiced_range(speech.samples, speech.rate)
    if first == last:
        raise KahaniError("The voice engine gave silence.")
    head, tail = round(HEAD_SECONDS * speech.rate), round(TAIL_SECONDS * speech.rate)
    lead: NDArray[np.float32] = np.zeros(max(0, head - first), np.float32)
    rest: NDArray[np.float32] = np.zeros(max(0, last + tail - len(speech.samples)), np.float32)
    voice = speech.samples[max(0, first - head) : last + tail]
    return np.concatenate([lead, voice, rest]), (head - first) / speech.rate


def _loudness(log: str) -> tuple[float, float]:
    """Return integrated loudness and true peak from the summary of ffmpeg's ebur128."""
    integrated = re.findall(r"^ *I: +(-?[\d.]+|-inf) LUFS", log, re.MULTILINE)
    peaks = re.findall(r"^ *Peak: +(-?[\d.]+|-inf) dBFS", log, re.MULTILINE)
    return float(integrated[-1]), float(peaks[-1]) if peaks else 0.0


def _ms(samples: int) -> int:
    return round(samples * 1000 / RATE)


def _ffmpeg(*arguments: str, stdin: bytes = b"") -> tuple[bytes, str]:
    program = shutil.which("ffmpeg")
    if program is None:
        raise MissingPartError("ffmpeg is not installed. Install your system's ffmpeg package.")
    command = (program, "-hide_banner", "-nostats", "-y", *arguments)
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)  # noqa: S603 - a list, no shell
    log = done.stderr.decode(errors="replace")
    if done.returncode:
        raise KahaniError(f"ffmpeg failed: {log.strip().splitlines()[-1:] or done.returncode}")
    return done.stdout, log
