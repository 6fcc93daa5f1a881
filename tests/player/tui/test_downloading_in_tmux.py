"""A story downloaded with d by the real program, stopped, gone on with, and heard offline."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.store import Store
from player.library import import_folder
from tests.player.audio.misbehaving import Call, Server

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow

FOX = Path(__file__).parents[3] / "assets" / "stories" / "la-volpe-e-la-luna"
PATIENCE_S = 60


class Bucket:
    """The clips of the fox; after `few` of them they come half, until `opened`."""

    def __init__(self, few: int) -> None:
        self.opened = threading.Event()
        sounds = [path.read_bytes() for path in (FOX / "audio").rglob("*.mp3")]
        self.sounds = {hashlib.sha256(sound).hexdigest(): sound for sound in sounds}
        self.size = sum(map(len, self.sounds.values()))
        self.sent = self.halves = 0
        self._few = few
        self._answering = threading.Lock()
        self.server = Server(self._answer)

    def _answer(self, call: Call) -> None:
        sound = self.sounds[call.path.removeprefix("/clips/").removesuffix(".mp3")]
        with self._answering:  # two may come at once, and so many come whole
            self._few -= 1
            is_half = self._few < 0 and not self.opened.is_set()
        if is_half:
            call.partly(sound, len(sound) // 2)
        else:
            call.sound(sound)
        with self._answering:
            self.sent += len(sound) // 2 if is_half else len(sound)
            self.halves += is_half
        if is_half:
            self.opened.wait(PATIENCE_S)
            call.send(sound[call.start :][len(sound) // 2 :])

    @property
    def percent(self) -> int:
        """How much of all the sounds was sent."""
        return self.sent * 100 // self.size

    def close(self) -> None:
        self.opened.set()
        self.server.close()


@pytest.fixture
def bucket(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A home into which a story came without its clips, which lie in a bucket."""
    bucket = Bucket(few=6)
    monkeypatch.setenv("R2_PUBLIC_URL", bucket.server.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source, data = tmp_path / "source" / "fox", terminal.store.parent
    shutil.copytree(FOX, source)
    file = source / "story.yaml"
    file.write_text(file.read_text("utf-8").replace(FOX.name, "fox", 1), "utf-8")
    data.mkdir(parents=True)
    store = Store.open(terminal.store)
    import_folder(source, store, data / "stories")
    store.close()
    shutil.rmtree(data / "stories" / "fox" / "audio")
    yield bucket
    bucket.close()


def test_a_story_is_downloaded_stopped_and_gone_on_with_after_a_restart(
    terminal: Terminal, bucket: Bucket
) -> None:
    count = len(bucket.sounds)
    terminal.start()
    terminal.until_sees("4 stories", "online")
    terminal.press("Down")
    terminal.press("d")
    terminal.until_sees("Download, to hear it offline", f"{count} clips,", "to fetch")
    terminal.press("Enter")
    terminal.until_sees(f"downloading 6 of {count} clips", "fetching")
    # The halves too are to be there: what is left to fetch of them is asked for later.
    terminal.until(lambda: bucket.halves > 0 and f"fetching {bucket.percent} %" in terminal.sees)
    terminal.press("q")
    terminal.until_sees("left with 0")
    terminal.close()
    bucket.opened.set()
    before = len(bucket.server.calls)
    terminal.start(size=(120, 40))
    terminal.until_sees("4 stories")
    terminal.press("Down")
    terminal.until_sees(f"6 of {count} clips here")
    terminal.press("d")
    terminal.until_sees(f"{count - 6} clips,")
    terminal.press("Enter")
    terminal.until_sees(": downloaded.", "kept")
    assert len(bucket.server.calls) - before == count - 6
    assert any("range" in call.headers for call in bucket.server.calls[before:])


def test_what_was_downloaded_is_heard_without_a_network(terminal: Terminal, bucket: Bucket) -> None:
    bucket.opened.set()
    terminal.start("play", "fox", "--output", "silent")
    terminal.until_sees("> playing")
    terminal.press("d")
    terminal.until_sees("Download, to hear it offline")
    terminal.press("Enter")
    terminal.until_sees(": downloaded.")
    terminal.press("q")
    terminal.until_sees("left with 0")
    terminal.close()
    bucket.server.close()
    terminal.start("play", "fox", "--output", "silent", "--restart")
    terminal.until_sees("> playing")
    terminal.press("PageDown")
    terminal.until_sees("> playing")
    assert "not fetched" not in terminal.sees
