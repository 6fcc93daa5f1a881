"""What a listener hears: the recording of a whole walk, compared with the clips of its nodes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.endings import finish

KAHANI = Path(sys.executable).with_name("kahani")
STORIES = Path(__file__).parent.parent / "assets" / "stories"
RATE = 48_000
LONGEST_GAP_S = 2.5
"""Less than the 3 s after which a clip that does not go on counts as stalled. On the recording ear,
which waits 0.15 s for each clip to drain, it is the load of the machine: 0.6 s on an eighth of a
core. How soon a clip follows another is measured by the benchmark of the sound."""

Samples = NDArray[np.float32]


def recording(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, np.int16).astype(np.float32)


def decoded(clip: Path) -> Samples:
    command: list[str] = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(clip),
        "-f",
        "s16le",
        "-ac",
        "1",
        "-ar",
        str(RATE),
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.int16).astype(np.float32)


def found(clip: Samples, sound: Samples) -> tuple[int, float]:
    """Return where in `sound` the clip fits best, and how well, 1 being exactly."""
    size = 1 << (len(sound) + len(clip)).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(clip, size))
    at = int(np.argmax(np.fft.irfft(spectrum, size)[: len(sound)]))
    piece = sound[at : at + len(clip)]
    length = min(len(piece), len(clip))
    scale = np.linalg.norm(piece[:length]) * np.linalg.norm(clip[:length])
    return at, float(np.dot(piece[:length], clip[:length]) / scale)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home in memory where there is one: the sound is judged here, not a disk that is busy."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path / "home"
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder) / "home"


@contextmanager
def stalling(process: subprocess.Popen[str]) -> Iterator[None]:
    """Hold the program up again and again, as a machine does that has too much to do."""
    is_over = threading.Event()

    def hold_up() -> None:
        while not is_over.wait(0.5):
            process.send_signal(signal.SIGSTOP)
            is_over.wait(0.7)
            process.send_signal(signal.SIGCONT)

    holding = threading.Thread(target=hold_up)
    holding.start()
    yield
    is_over.set()
    holding.join()


def walk(
    home: Path, slug: str, *more: str, is_stalled: bool = False
) -> tuple[list[dict[str, Any]], Samples]:
    wav = home / "heard.wav"
    home.mkdir()
    process = subprocess.Popen(
        [str(KAHANI), "play", slug, "--plain", "--json", "--output", f"wav:{wav}", *more],
        env={**os.environ, "KAHANI_HOME": str(home)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with stalling(process) if is_stalled else nullcontext():
        out, err = finish(process)
    assert process.returncode == 0, err
    told = [json.loads(line) for line in out.splitlines()]
    return [event for event in told if event["event"] == "node"], recording(wav)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg decodes the clips to compare with")
@pytest.mark.parametrize(
    ("slug", "more", "is_stalled"),
    [
        ("la-volpe-e-la-luna", ("--from", "collina"), False),
        ("clever-crow", ("--language", "ta", "--from", "rain-drops"), False),
        ("clever-crow", ("--language", "ta", "--from", "rain-drops"), True),
    ],
)
def test_every_clip_is_heard_whole_in_order_and_without_a_gap(
    home: Path, slug: str, more: tuple[str, ...], is_stalled: bool
) -> None:
    nodes, sound = walk(home, slug, *more, is_stalled=is_stalled)
    assert len(nodes) > 1
    end = 0
    for number, node in enumerate(nodes):
        (path,) = (STORIES / slug / "audio" / node["language"]).glob(f"*/*/{node['node']}.mp3")
        clip = decoded(path)
        start = max(0, end - RATE // 4)
        at, likeness = found(clip, sound[start : start + len(clip) + 3 * RATE])
        assert likeness > 0.99, node["node"]
        gap = start + at - end
        assert number == 0 or -RATE // 100 <= gap <= LONGEST_GAP_S * RATE, node["node"]
        end = start + at + len(clip)
