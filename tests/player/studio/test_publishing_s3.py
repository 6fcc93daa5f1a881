"""From the author to a listener elsewhere, over a real S3 server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from player.audio import r2
from player.audio.bucket import Brought, Bucket
from player.errors import KahaniError
from player.resources import bundled_stories
from tests.player.audio.misbehaving import sound_of
from tests.player.audio.weed import KEY_ID, SECRET, running, sign

SOUND = sound_of("crow", 60_000)
HOUR = 3_600.0


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("weed"), "clips/intro.mp3", SOUND) as address:
        yield address


def bucket(endpoint: str, secret: str = SECRET, off: float = 0.0) -> Bucket:
    signer = r2.Signer(r2.Keys(endpoint, KEY_ID, secret), r2.ServerClock(lambda: time.time() + off))
    return Bucket("kahani", signer, stop=threading.Event())


@pytest.mark.slow
def test_a_clip_lands_as_what_it_is_and_is_not_sent_twice(endpoint: str) -> None:
    there = bucket(endpoint)
    assert there.bring("clips/new.mp3", SOUND) is Brought.SENT
    assert there.bring("clips/new.mp3", SOUND) is Brought.THERE
    got = httpx.get(sign(endpoint, "GET", "clips/new.mp3"))
    assert got.content == SOUND
    assert got.headers["content-type"] == "audio/mpeg"
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert there.bring("clips/new.mp3", SOUND[:100]) is Brought.MENDED
    there.close()


@pytest.mark.slow
@pytest.mark.parametrize("off", [HOUR, -8_760 * HOUR])
def test_a_wrong_clock_is_corrected(endpoint: str, off: float) -> None:
    there = bucket(endpoint, off=off)
    assert there.bring(f"clips/at-{off:.0f}.mp3", SOUND) is Brought.SENT
    there.close()


@pytest.mark.slow
def test_a_wrong_secret_is_told(endpoint: str) -> None:
    there = bucket(endpoint, "wrong")
    with pytest.raises(KahaniError, match="refuses the signature"):
        there.bring("clips/other.mp3", SOUND)
    there.close()


@pytest.mark.slow
def test_what_an_author_publishes_is_heard_elsewhere(endpoint: str, tmp_path: Path) -> None:
    keys = {r2.ENDPOINT: endpoint, r2.KEY_ID: KEY_ID, r2.SECRET: SECRET}
    story = tmp_path / "my-fox"
    shutil.copytree(bundled_stories() / "la-volpe-e-la-luna", story)
    text = (story / "story.yaml").read_text("utf-8")
    (story / "story.yaml").write_text(text.replace("slug: la-volpe-e-la-luna", "slug: my-fox"))

    def kahani(home: str, *arguments: str) -> str:
        env = {**os.environ, **keys, "KAHANI_HOME": str(tmp_path / home)}
        program = str(Path(sys.executable).with_name("kahani"))
        done = subprocess.run(
            [program, *arguments], env=env, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    told = kahani("author", "studio", "publish", str(story), "--to", "r2://kahani/fox")
    assert told == "my-fox: 30 sent\n"
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("story.yaml", "published.json"):
        shutil.copy(story / name, bare)
    assert kahani("listener", "import", str(bare)) == "my-fox: created\n"
    walk = ("--plain", "--json", "--output", "silent", "--pace", "0.02", "--choices", "A,B,B")
    assert '"event":"finished"' in kahani("listener", "play", "my-fox", *walk)
    assert "clips are whole" in kahani("listener", "cache", "verify")
    assert "clips    0," not in kahani("listener", "cache", "status")
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert SECRET.encode() not in kept
    assert KEY_ID.encode() not in kept
