"""A story folder is voiced once, again where it changed, and never by halves."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from player.errors import UsageError
from player.studio.checking import check_clips, problems_of
from player.studio.mastering import measure_clip
from player.studio.timing import read_sidecar
from player.studio.voicing import voice_story

pytestmark = pytest.mark.usefixtures("studio_parts")

KEYS = [
    "hi-mixed/0.30/carla/intro",
    "it/0.00/carla/intro",
    "it/0.00/narrator/fine",
]


def voice(folder: Path, language: str = "it", node: str = "fine") -> list[str]:
    return voice_story(folder, engine="espeak", languages=[language], nodes=[node]).made


def test_every_node_and_variant_gets_a_clip_and_its_times(story: Path) -> None:
    lines: list[str] = []
    report = voice_story(story, engine="espeak", report=lines.append)
    assert sorted(report.made) == KEYS
    assert report.findings == []
    assert len(lines) == 3
    found = sorted(str(p.relative_to(story / "audio")) for p in story.rglob("audio/*/*/*/*"))
    assert found == sorted(f"{key}{suffix}" for key in KEYS for suffix in (".mp3", ".json"))


def test_a_clip_is_mp3_of_48_khz_mono_with_quiet_ends_and_even_loudness(story: Path) -> None:
    voice(story)
    clip = story / "audio/it/0.00/narrator/fine.mp3"
    measure = measure_clip(clip)
    assert list(problems_of(measure)) == []
    assert 80 <= measure.head_ms <= 110
    assert 120 <= measure.tail_ms <= 180
    # MPEG-1 layer III, no CRC; 64 kbit/s, 48 kHz; mono.
    assert clip.read_bytes()[:3] == bytes([0xFF, 0xFB, 0x54])
    assert clip.read_bytes()[3] >> 6 == 3


def test_times_lie_in_the_clip_in_order_and_belong_to_the_shown_text(story: Path) -> None:
    voice(story)
    clip = story / "audio/it/0.00/narrator/fine.mp3"
    timings, duration_ms = read_sidecar(clip.with_suffix(".json").read_text(encoding="utf-8"))
    shown = "Era il 1969. Poi la volpe dormì."
    assert [shown[s.start : s.end] for s in timings.sentences] == [
        "Era il 1969.",
        "Poi la volpe dormì.",
    ]
    assert [shown[w.start : w.end] for w in timings.words] == shown.split()
    flat = [ms for word in timings.words for ms in (word.start_ms, word.end_ms)]
    assert all(0 <= a <= b <= duration_ms for a, b in itertools.pairwise(flat))
    assert 60 <= flat[0] <= 200
    first, second = timings.sentences
    assert 100 <= second.start_ms - first.end_ms <= 700


def test_a_second_run_makes_nothing(story: Path) -> None:
    assert voice(story) == ["it/0.00/narrator/fine"]
    before = (story / "audio/it/0.00/narrator/fine.mp3").stat().st_mtime_ns
    assert voice(story) == []
    assert (story / "audio/it/0.00/narrator/fine.mp3").stat().st_mtime_ns == before


def test_a_changed_text_makes_one_clip_anew(story: Path) -> None:
    voice_story(story, engine="espeak", languages=["it"])
    path = story / "story.yaml"
    path.write_text(path.read_text("utf-8").replace("la luna!", "il sole!"), encoding="utf-8")
    report = voice_story(story, engine="espeak", languages=["it"])
    assert report.made == ["it/0.00/carla/intro"]
    assert report.current == ["it/0.00/narrator/fine"]


def test_a_recording_is_left_alone_unless_forced(story: Path) -> None:
    voice(story)
    clip = story / "audio/it/0.00/narrator/fine.mp3"
    clip.write_bytes(b"a human voice")
    report = voice_story(story, engine="espeak", languages=["it"], nodes=["fine"])
    assert report.recordings == ["it/0.00/narrator/fine"]
    assert clip.read_bytes() == b"a human voice"
    voice_story(story, engine="espeak", languages=["it"], nodes=["fine"], force=True)
    assert measure_clip(clip).duration_ms > 1000


def test_the_clip_of_a_node_that_is_gone_goes_too(story: Path) -> None:
    voice(story)
    path = story / "story.yaml"
    path.write_text(path.read_text("utf-8").replace("fine", "finale"), encoding="utf-8")
    report = voice_story(story, engine="espeak", languages=["it"], nodes=["intro"])
    assert report.withdrawn == ["it/0.00/narrator/fine"]
    assert not (story / "audio/it/0.00/narrator/fine.mp3").exists()


def test_a_killed_run_leaves_no_half_clip_and_the_next_one_completes_it(story: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from player.studio import mastering, voicing\n"
        "real = mastering.measure_clip\n"
        "def dying(path):\n"
        "    real(path)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "mastering.measure_clip = dying\n"
        "voicing.voice_story(Path(sys.argv[1]), engine='espeak', languages=['it'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(story)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(story.rglob("[!.]*.mp3")) == []
    assert json.loads((story / "audio/voiced.json").read_text("utf-8"))["clips"]
    report = voice_story(story, engine="espeak", languages=["it"])
    assert len(report.made) == 2
    assert check_clips(story, []) == []


def test_an_unknown_language_is_answered_with_those_there_are(story: Path) -> None:
    with pytest.raises(UsageError, match="no language ta; it has: hi-mixed, it"):
        voice_story(story, engine="espeak", languages=["ta"])


def test_a_folder_without_a_story_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no story"):
        voice_story(tmp_path, engine="espeak")


def test_a_faulty_script_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text("slug: [", encoding="utf-8")
    with pytest.raises(UsageError, match="kahani check"):
        voice_story(tmp_path, engine="espeak")


def test_importing_the_studio_loads_no_engine() -> None:
    code = (
        "import sys, player.studio.voicing; "
        "print([m for m in ('numpy', 'onnxruntime', 'ctypes.util') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert done.stdout.strip() == "[]"
