"""Keys of buckets: from the environment, else from the keyring of the system."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from player.audio import keychain, r2
from player.audio.fetch import Addresses
from player.cli import run

KEYS = {r2.ACCOUNT: "canary-account", r2.KEY_ID: "canary-id", r2.SECRET: "canary-secret"}
FILE_KEYRING = "keyrings.alt.file.PlaintextKeyring"


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A real keyring in a file of its own."""
    keyring = pytest.importorskip("keyring")
    plain = pytest.importorskip("keyrings.alt.file")
    for name in r2.NAMES:
        monkeypatch.delenv(name, raising=False)
    former, ring = keyring.get_keyring(), plain.PlaintextKeyring()
    ring.file_path = str(tmp_path / "ring.cfg")
    keyring.set_keyring(ring)
    yield keyring
    keyring.set_keyring(former)


def test_keys_are_kept_found_and_forgotten(keyring: Any) -> None:
    keychain.keep(KEYS)
    found = keychain.find_keys({})
    assert found == r2.Keys.from_environment(KEYS)
    assert keychain.forget()
    assert keychain.find_keys({}) is None
    assert not keychain.forget()


def test_other_keys_take_the_place_of_all_that_was_kept(keyring: Any) -> None:
    keychain.keep(KEYS)
    keychain.keep({r2.ENDPOINT: "https://s3.example", r2.KEY_ID: "b", r2.SECRET: "c"})
    assert keychain.stored() == {r2.ENDPOINT: "https://s3.example", r2.KEY_ID: "b", r2.SECRET: "c"}


def test_the_environment_goes_over_the_keyring(keyring: Any) -> None:
    keychain.keep(KEYS)
    found = keychain.find_keys({r2.SECRET: "another"})
    assert found is not None
    assert (found.key_id, found.secret) == ("canary-id", "another")


def test_the_server_that_the_environment_names_goes_over_that_of_the_keyring(keyring: Any) -> None:
    keychain.keep({r2.ENDPOINT: "https://s3.example", r2.KEY_ID: "b", r2.SECRET: "c"})
    found = keychain.find_keys({r2.ACCOUNT: "mine"})
    assert found is not None
    assert found.endpoint == "https://mine.r2.cloudflarestorage.com"


def test_a_listener_fetches_with_the_keys_of_the_keyring(keyring: Any) -> None:
    url = "r2://kahani/clips/a.mp3"
    assert "set R2_ACCOUNT_ID" in Addresses.from_environment(patience_s=60).obstacle(url)
    keychain.keep(KEYS)
    addresses = Addresses.from_environment(patience_s=60)
    assert addresses.obstacle(url) == ""
    assert addresses.target(url).is_signed
    assert "canary" not in repr((addresses, addresses.target(url)))


def test_nobody_waits_long_for_a_keyring_that_has_to_be_unlocked() -> None:
    url, unlocked = "r2://kahani/clips/a.mp3", threading.Event()

    def find_keys() -> r2.Keys | None:
        return r2.Keys.from_environment(KEYS if unlocked.wait(60) else {})

    addresses = Addresses(find_keys=find_keys, patience_s=0.01)
    assert "the system keyring does not answer: unlock it" in addresses.obstacle(url)
    unlocked.set()
    while addresses.obstacle(url):
        pass
    assert addresses.target(url).is_signed


def test_a_system_without_a_keyring_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("keyring")  # the one that keeps nothing, as of tests/conftest.py
    assert keychain.find_keys({}) is None
    assert run(["studio", "keys", "set"]) == 3
    assert "no keyring, or its service does not run" in capsys.readouterr().err
    assert run(["studio", "keys", "status"]) == 3
    assert "keyring: none." in capsys.readouterr().err


def test_the_status_names_where_keys_come_from_and_no_key(
    keyring: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keychain.keep(KEYS)
    monkeypatch.setenv(r2.SECRET, "canary-too")
    assert run(["studio", "keys", "status"]) == 0
    told = capsys.readouterr()
    assert re.search(r"R2_ACCESS_KEY_ID +keyring", told.out)
    assert re.search(r"R2_SECRET_ACCESS_KEY +environment", told.out)
    assert "canary" not in told.out + told.err


def test_keys_are_not_asked_for_without_a_terminal(
    keyring: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["studio", "keys", "set"]) == 2
    assert "asked for in a terminal" in capsys.readouterr().err


@pytest.mark.slow
def test_the_secret_is_typed_unseen_and_kept(tmp_path: Path) -> None:
    pytest.importorskip("keyrings.alt.file")
    env = {name: value for name, value in os.environ.items() if name not in r2.NAMES}
    env |= {
        "PYTHON_KEYRING_BACKEND": FILE_KEYRING,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "KAHANI_HOME": str(tmp_path / "home"),
    }
    (tmp_path / "data").mkdir()
    ours, theirs = pty.openpty()
    program = [str(Path(sys.executable).with_name("kahani")), "studio", "keys"]
    kahani = subprocess.Popen(
        [*program, "set"], env=env, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for question, answer in (
        (b"another S3 server:", b"canary-account"),
        (b"Access key id:", b"canary-id"),
        (b"(not shown):", b"canary-secret"),
    ):
        while question not in shown:
            shown += os.read(ours, 1_000)
        os.write(ours, answer + b"\n")
    try:
        while piece := os.read(ours, 1_000):
            shown += piece
    except OSError:  # its end is closed
        pass
    os.close(ours)
    assert kahani.wait(60) == 0, shown
    assert b"canary-id" in shown
    assert b"canary-secret" not in shown
    assert b"keeps what it is given unencrypted" in shown
    told = subprocess.run([*program, "status"], env=env, capture_output=True, text=True, check=True)
    assert "canary" not in told.stdout + told.stderr
    subprocess.run([*program, "forget"], env=env, check=True, capture_output=True)
    assert b"canary" not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )
