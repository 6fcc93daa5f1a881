"""Private buckets, against a real S3 server: signed at the moment of use, and refused without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from player.audio import r2
from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Downloads
from player.audio.fetched import FetchedClips
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import clip_of, sound_of
from tests.player.audio.weed import KEY_ID, SECRET, running, sign

SOUND = sound_of("crow", 60_000)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one private bucket, and one clip in it."""
    with running(tmp_path_factory.mktemp("weed"), "clips/intro.mp3", SOUND) as address:
        yield address


def source(folder: Path, endpoint: str, secret: str = SECRET) -> FetchedClips:
    named = {r2.ENDPOINT: endpoint, r2.KEY_ID: KEY_ID, r2.SECRET: secret}
    addresses = Addresses.from_environment(named)
    cache = ClipCache(folder)
    downloads = Downloads(cache, addresses, patience=patient(tries=3), pause=Waits())
    return FetchedClips(ClipShelf([]), cache, downloads, addresses)


@pytest.mark.slow
def test_a_clip_of_a_private_bucket_is_fetched_with_a_signed_address(
    endpoint: str, tmp_path: Path
) -> None:
    clips = source(tmp_path, endpoint)
    path = clips.path_for(clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3"))
    assert path.read_bytes() == SOUND
    unsigned = httpx.get(f"{endpoint}/kahani/clips/intro.mp3", timeout=60)
    assert unsigned.status_code == 403
    clips.close()


@pytest.mark.slow
def test_a_part_is_gone_on_with_and_a_changed_object_is_noticed(
    endpoint: str, tmp_path: Path
) -> None:
    clip = clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3")
    there = httpx.get(sign(endpoint, "GET", "clips/intro.mp3"), timeout=60)
    etag = there.headers["etag"]
    for number, tag in enumerate((etag, '"another"')):
        folder = tmp_path / str(number)
        (folder / "parts").mkdir(parents=True)
        (folder / "parts" / clip.checksum).write_bytes(tag.encode() + b"\n" + SOUND[:20_000])
        clips = source(folder, endpoint)
        assert clips.path_for(clip).read_bytes() == SOUND
        clips.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "secret", "cause", "told"),
    [
        ("clips/intro.mp3", "wrong", Cause.REFUSED, r"refuses access \(403\)\. Check the R2 keys"),
        ("clips/other.mp3", SECRET, Cause.GONE, r"it is not at the bucket kahani \(404\)"),
    ],
)
def test_a_wrong_key_and_a_missing_object_are_told_apart(
    endpoint: str, tmp_path: Path, *, key: str, secret: str, cause: Cause, told: str
) -> None:
    clips = source(tmp_path, endpoint, secret)
    with pytest.raises(ClipNotFetchedError, match=told) as failure:
        clips.path_for(clip_of("intro", SOUND, f"r2://kahani/{key}"))
    assert failure.value.cause is cause
    assert KEY_ID not in str(failure.value)
    clips.close()
