"""A story folder is voiced once, again where it changed, and never by halves."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from player.cli import run
from player.errors import UsageError
from player.studio.checking import check_clips, problems_of
from player.studio.mastering import measure_clip
from player.studio.timing import read_sidecar
from player.studio.voicing import VoicingReport, voice_story

pytestmark = pytest.mark.usefixtures("studio_parts")

KEYS = [
    "hi-mixed/0.30/carla/intro",
    "it/0.00/carla/intro",
    "it/0.00/narrator/fine",
]


FINE = "audio/it/0.00/narrator/fine.mp3"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, story_text: str, studio_parts: None) -> Path:
    """One story whose Italian end was voiced; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("once") / "two-nodes"
    folder.mkdir()
    (folder / "story.yaml").write_text(story_text, encoding="utf-8")
    assert voice(folder).made == ["it/0.00/narrator/fine"]
    return folder


@pytest.fixture
def voiced(once: Path, tmp_path: Path) -> Path:
    """A copy of the voiced story, with the times of its files."""
    return Path(shutil.copytree(once, tmp_path / "voiced"))


def voice(folder: Path, *, force: bool = False) -> VoicingReport:
    return voice_story(folder, engine="espeak", languages=["it"], nodes=["fine"], force=force)


def test_every_node_and_variant_gets_a_clip_and_its_times(story: Path) -> None:
    lines: list[str] = []
    report = voice_story(story, engine="espeak", report=lines.append)
    assert sorted(report.made) == KEYS
    assert report.findings == []
    assert len(lines) == 3
    found = sorted(str(p.relative_to(story / "audio")) for p in story.rglob("audio/*/*/*/*"))
    assert found == sorted(f"{key}{suffix}" for key in KEYS for suffix in (".mp3", ".json"))


def test_a_clip_is_mp3_of_48_khz_mono_with_quiet_ends_and_even_loudness(voiced: Path) -> None:
    measure = measure_clip(voiced / FINE)
    assert list(problems_of(measure)) == []
    assert 80 <= measure.head_ms <= 110
    assert 120 <= measure.tail_ms <= 180
    header = (voiced / FINE).read_bytes()[:4]
    assert header[:3] == bytes([0xFF, 0xFB, 0x54])  # MPEG-1 layer III, 64 kbit/s, 48 kHz
    assert header[3] >> 6 == 3  # mono


def test_times_lie_in_the_clip_in_order_and_belong_to_the_shown_text(voiced: Path) -> None:
    timings, duration_ms = read_sidecar(
        (voiced / FINE).with_suffix(".json").read_text(encoding="utf-8")
    )
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


def test_a_second_run_makes_nothing(voiced: Path) -> None:
    before = (voiced / FINE).stat().st_mtime_ns
    report = voice(voiced)
    assert (report.made, report.current) == ([], ["it/0.00/narrator/fine"])
    assert (voiced / FINE).stat().st_mtime_ns == before


def test_a_changed_text_makes_its_clip_anew_and_no_other(story: Path) -> None:
    voice_story(story, engine="espeak", languages=["it"])
    path = story / "story.yaml"
    path.write_text(path.read_text("utf-8").replace("la luna!", "il sole!"), encoding="utf-8")
    report = voice_story(story, engine="espeak", languages=["it"])
    assert report.made == ["it/0.00/carla/intro"]
    assert report.current == ["it/0.00/narrator/fine"]


def test_a_recording_is_left_alone_unless_forced(voiced: Path) -> None:
    (voiced / FINE).write_bytes(b"a human voice")
    assert voice(voiced).recordings == ["it/0.00/narrator/fine"]
    assert (voiced / FINE).read_bytes() == b"a human voice"
    voice(voiced, force=True)
    assert measure_clip(voiced / FINE).duration_ms > 1000


def test_what_was_not_made_here_is_named_with_the_way_to_make_it_anew(
    voiced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (voiced / "audio" / "voiced.json").unlink()  # as a story that was exported has none
    asked = ["--engine", "espeak", "--language", "it", "--node", "fine"]
    assert run(["studio", "voice", str(voiced), *asked]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "0 made, 0 up to date"
    assert "1 left as they are" in told[1]
    assert "--force" in told[1]


def test_the_clip_of_a_node_that_is_gone_goes_too(voiced: Path) -> None:
    path = voiced / "story.yaml"
    path.write_text(path.read_text("utf-8").replace("fine", "finale"), encoding="utf-8")
    (voiced / "audio/it/0.00/narrator/kept.mp3").write_bytes(b"nobody asked, not ours")
    report = voice_story(voiced, engine="espeak", languages=["it"], nodes=["finale"])
    assert report.withdrawn == ["it/0.00/narrator/fine"]
    assert sorted(p.name for p in voiced.rglob("*.mp3")) == ["finale.mp3", "kept.mp3"]


@pytest.mark.slow
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
