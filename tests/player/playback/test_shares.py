"""Of each choice it is told how much of its clip is here, and when that cannot be had."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from player.audio.clock import LoopClock
from player.audio.output import Source
from player.audio.prefetch import Candidate
from player.errors import KahaniError
from player.playback import prefetching
from player.playback.prefetching import Prefetcher
from player.story.graph import Clip
from tests.player.audio.misbehaving import clip_of

SIZE: Final = 8_000
CLIPS: Final = {
    key: replace(clip_of(key, key.encode(), "https://x/"), size=SIZE) for key in ("a", "b")
}
CHOICES: Final = [Candidate(clip, key, 0.5, 1) for key, clip in CLIPS.items()]


class RefusedError(KahaniError):
    def __init__(self, *, may_pass: bool) -> None:
        super().__init__("It was refused.")
        self.may_pass = may_pass


class Ended:
    """A clip that came, or did not."""

    is_over = True

    def __init__(self, clip: Clip, error: Exception | None) -> None:
        self.clip = clip
        self.error = error
        self.received = 0 if error else clip.size

    def wait_for(self, count: int, timeout_s: float | None = None) -> int:
        return self.received

    def read(self, offset: int, count: int) -> bytes:
        return bytes(count)

    def leave(self) -> None:
        pass


class Bucket:
    """Has every clip but those of `errors`; where `keeps` is false nothing that came stays."""

    def __init__(self) -> None:
        self.errors: dict[str, Exception] = {}
        self.keeps = True
        self.came: set[Clip] = set()

    def here(self, clip: Clip) -> Path | None:
        return Path(clip.path) if clip in self.came and self.keeps else None

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Source:
        if (path := self.here(clip)) is not None:
            return path
        error = self.errors.get(clip.checksum)
        if error is not None and not isinstance(error, RefusedError):
            raise error
        if error is None:
            self.came.add(clip)
        return Ended(clip, error)


class Listener:
    """Somebody before two choices, A and B, who comes there as often as `comes` is called."""

    def __init__(self) -> None:
        self.bucket = Bucket()
        self.told: list[dict[str, int | None]] = []
        self.ahead = Prefetcher(
            self.bucket,
            LoopClock(),
            on_share=lambda shares: self.told.append(dict(shares)),
            on_first=lambda _: None,
        )

    async def comes(self) -> list[dict[str, int | None]]:
        self.told.clear()
        await self.ahead.run(CHOICES, after=None, left_s=lambda: 9.0)
        return self.told


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    monkeypatch.setattr(prefetching, "LOOK_S", 0.001)
    return Listener()


@pytest.mark.parametrize("error", [RefusedError(may_pass=True), KahaniError("No way leads there.")])
async def test_a_clip_that_fails_is_told_and_what_is_mended_by_another_try_too(
    listener: Listener, error: Exception
) -> None:
    listener.bucket.errors = {CLIPS["b"].checksum: error}
    assert (await listener.comes())[-1] == {"a": 100, "b": None}
    listener.bucket.errors = {}
    assert (await listener.comes())[-1] == {"a": 100, "b": 100}


async def test_what_came_since_is_told_where_a_failure_was(listener: Listener) -> None:
    listener.bucket.errors = {CLIPS["b"].checksum: RefusedError(may_pass=True)}
    await listener.comes()
    listener.bucket.errors = {}
    listener.bucket.came = set(CLIPS.values())  # by another player, say
    assert await listener.comes() == [{"a": 100, "b": 0}, {"a": 100, "b": 100}]


async def test_a_clip_that_a_server_refused_is_told_again_and_asked_for_no_more(
    listener: Listener,
) -> None:
    listener.bucket.errors = {CLIPS["b"].checksum: RefusedError(may_pass=False)}
    assert (await listener.comes())[-1] == {"a": 100, "b": None}
    assert all(shares["b"] is None for shares in await listener.comes())
    assert listener.told
    listener.bucket.came.add(CLIPS["b"])  # as it was taken nevertheless, and came
    assert (await listener.comes())[-1] == {"a": 100, "b": 100}


async def test_of_clips_that_are_here_nothing_is_told(listener: Listener) -> None:
    listener.bucket.came = set(CLIPS.values())
    assert await listener.comes() == []


async def test_a_clip_that_cannot_be_kept_is_not_called_text_only(listener: Listener) -> None:
    listener.bucket.keeps = False
    assert (await listener.comes())[-1] == {}
