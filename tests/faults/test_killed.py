"""Fault 4: killed at any moment, a listener loses nothing that was confirmed."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

pytestmark = pytest.mark.slow

KAHANI = Path(sys.executable).with_name("kahani")
WAY = ("A", "B", "A", "A", "A")


def surroundings(home: Path, **more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAHANI_", "DATABASE_"))}
    return {**clean, "KAHANI_HOME": str(home), **more}


def play_and_kill(home: Path, choices: list[str], after: int) -> list[dict[str, Any]]:
    """Play until `after` lines were told, then kill -9; return what was told.

    These answers are typed as they are asked for. The story waits for the next one: as long as one
    is owed it cannot be over before it is killed, however late that is.
    """
    process = subprocess.Popen(
        [KAHANI, "play", "clever-crow", "--plain", "--json", "--output", "silent", "--pace",
         "0.005"],
        env=surroundings(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    told, answers = [], iter(choices)
    for line in process.stdout:
        told.append(json.loads(line))
        if told[-1]["event"] == "asked" and (answer := next(answers, None)):
            process.stdin.write(f"{answer}\n")
            process.stdin.flush()
        if len(told) >= after:
            break
    process.kill()
    process.communicate()
    return told


def choices_in(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "data" / "kahani.sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = store.execute(
            "SELECT json_extract(event_data, '$.choice') FROM analytics_events"
            " WHERE event_type = 'choice_made' ORDER BY created_at"
        ).fetchall()
        orphans = store.execute(
            "SELECT count(*) FROM (SELECT id FROM behavioral_events) e"
            " WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE instr(o.payload, e.id) > 0)"
        ).fetchone()
    assert orphans == (0,)
    return [key for (key,) in found]


def standing_at(home: Path) -> str:
    """Return the id of the node where the store says that the listener is."""
    with closing(sqlite3.connect(home / "data" / "kahani.sqlite")) as store:
        (node_id,) = store.execute("SELECT current_node_id FROM user_progress").fetchone()
    return str(UUID(node_id))


def run_to_the_end(home: Path, choices: list[str], **env: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [KAHANI, "play", "clever-crow", "--plain", "--json", "--pace", "0",
         "--choices", ",".join(choices) or "none"],
        env=surroundings(home, **env), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def send_the_rest(home: Path, **env: str) -> None:
    """Send what leaving had no time for: it waits two seconds, and the schema was made before."""
    done = subprocess.run(
        [KAHANI, "sync", "--once"],
        env=surroundings(home, **env), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("after", [5, 10, 15, 24])
def test_killed_in_mid_story_it_goes_on_at_the_same_node_with_each_choice_once(
    tmp_path: Path, after: int
) -> None:
    told = play_and_kill(tmp_path, list(WAY), after)
    confirmed = [event["key"] for event in told if event["event"] == "choice"]
    written, standing = choices_in(tmp_path), standing_at(tmp_path)
    assert written[: len(confirmed)] == confirmed
    rest = run_to_the_end(tmp_path, list(WAY[len(written) :]))
    assert rest[0]["resumed"]
    first = next(event for event in rest if event["event"] == "node")
    assert first["node_id"] == standing
    assert rest[-1]["ending"] == "end-share"
    assert choices_in(tmp_path) == list(WAY)


def test_what_was_written_before_a_kill_is_in_postgresql_after_the_next_start(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    play_and_kill(tmp_path, list(WAY), 9)
    written = choices_in(tmp_path)
    run_to_the_end(tmp_path, list(WAY[len(written) :]), DATABASE_URL=empty_postgres_url)
    send_the_rest(tmp_path, DATABASE_URL=empty_postgres_url)
    with psycopg.connect(empty_postgres_url) as remote:
        choices = remote.execute(
            "SELECT event_data->>'choice' FROM analytics_events"
            " WHERE event_type = 'choice_made' ORDER BY created_at"
        ).fetchall()
        visits = remote.execute(
            "SELECT count(*), count(DISTINCT id) FROM behavioral_events WHERE event_type = 'play'"
        ).fetchone()
        place = remote.execute(
            "SELECT is_completed, completion_percentage, jsonb_array_length(choices_made)"
            " FROM user_progress"
        ).fetchall()
    assert [key for (key,) in choices] == list(WAY)
    with closing(sqlite3.connect(tmp_path / "data" / "kahani.sqlite")) as store:
        (here,) = store.execute(
            "SELECT count(*) FROM behavioral_events WHERE event_type = 'play'"
        ).fetchone()
    assert visits == (here, here)
    assert place == [(True, 100, 5)]


def test_killed_at_thirty_random_moments_the_story_is_still_told_once(tmp_path: Path) -> None:
    dice = random.Random(7)
    written: list[str] = []
    for _ in range(30):
        play_and_kill(tmp_path, list(WAY[len(written) :]), dice.randrange(1, 9))
        written = choices_in(tmp_path)
        if len(written) >= len(WAY):
            break
    if len(written) < len(WAY):
        run_to_the_end(tmp_path, list(WAY[len(written) :]))
    assert choices_in(tmp_path) == list(WAY)
