"""Fault 23, while a story is heard from a private bucket: its keys and signatures are nowhere.

What a single download tells is in test_cache_secrets.py; exported bundles are in test_bundles.py,
and the password of the database is in tests/db/test_sync_faults.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from player.audio import r2
from tests.faults.far_away import HEARD, SLUG, WAY, Act, Listener, Run, Settle
from tests.faults.oracle import is_well
from tests.player.audio.behaviours import garbage

pytestmark = pytest.mark.slow

CANARIES: Final = {r2.KEY_ID: "canary0key0id", r2.SECRET: "canary0secret0canary"}


def echo(call: Any, _: bytes) -> None:
    call.answer("403 " + call.path, call.path.encode(), f"X-Echo: {call.path}")


def lead_away(call: Any, _: bytes) -> None:
    call.answer("302 Found", b"", f"Location: https://elsewhere.example{call.path}")


WAYS: Final[Mapping[str, Act]] = {
    "gives": lambda call, content: call.sound(content),
    "echoes": echo,
    "leads away": lead_away,
    "garbage": garbage,
}


def shown_at_work(run: Run) -> str:
    """Return the command lines that `ps` shows of a player, which waits for an answer."""
    run.next("asked")
    shown = ""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            if os.getsid(int(folder.name)) == run.process.pid:
                shown += (folder / "cmdline").read_text()
    assert SLUG in shown
    return shown


def everything_left(listener: Listener, *runs: Run) -> str:
    """Return all that can be found afterwards: what was told, and each file with its name."""
    found = "".join(repr(run.told) + run.complaints for run in runs)
    for path in listener.home.folder.rglob("*"):
        found += path.name + (path.read_text("latin-1") if path.is_file() else "")
    return found


def test_no_key_and_no_signature_is_left_by_a_story_from_a_private_bucket(
    libvlc: None, settle: Settle
) -> None:
    players = {}
    for name, act in WAYS.items():
        listener = settle(act, name, at="r2://kahani", FAULTS_LOG="everything", **CANARIES)
        listener.home.environment[r2.ENDPOINT] = listener.server.url
        players[name] = listener, listener.home.begin(choices=None)
    shown = "".join(map(shown_at_work, (run for _, run in players.values())))
    for command in (("cache", "pin", SLUG), ("doctor",)):
        done = players["echoes"][0].home.run(*command)
        shown += done.stdout + done.stderr
    for name, (listener, run) in players.items():
        run.answer(*WAY)
        is_well(listener.home, run.end())
        assert run.nodes == HEARD
        assert len(run.notices) == (0 if name == "gives" else 1)
        found = shown + everything_left(listener, run)
        assert "everything is logged" in found
        asked = " ".join(call.path for call in listener.server.calls)
        signatures = re.findall(r"X-Amz-Signature=(\w+)", asked)
        assert len(signatures) >= len(HEARD)
        for secret in (*CANARIES.values(), "X-Amz", *signatures):
            assert secret not in found, (name, secret)
