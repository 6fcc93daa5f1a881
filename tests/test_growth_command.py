"""kahani db partitions, retention and report, as those who look after a PostgreSQL use them."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.partitions import make_partitions
from db.growth.report import report
from db.growth.retention import limit_of
from db.store import Store
from db.syncing.publish import publish_catalogue
from player.cli import run
from player.cli.report_picture import WIDTH, picture
from player.tui.script.aksaras import aksaras
from player.tui.script.encoding import reserve
from tests.conftest import load

if TYPE_CHECKING:
    from tests.db.crowd import Crowd

Kahani = Callable[..., tuple[int, str, str]]
BESIDE = Path(__file__).with_name("db")
UNTIL = limit_of(3, datetime.now(UTC))


@pytest.fixture
def kahani(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Kahani:
    """Run a command; return its exit code, what it printed, and what it said to people."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def connection(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[Any]]:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def heard(tmp_path: Path, connection: psycopg.Connection[Any]) -> Crowd:
    """Eight months of listening to the crow in two languages."""
    crowds, making = load(BESIDE / "crowd.py"), load(BESIDE / "making.py")
    store = Store.open(tmp_path / "author.db")
    make = making.Maker(store.listener().id)
    contents = (make.edition("crow", "en"), make.edition("crow", "hi"))
    store.import_story(make.story(contents=contents))
    publish_catalogue(os.environ["DATABASE_URL"], store)
    store.close()
    nodes = {key: make.id("crow", key) for key in ("intro", "pot", "end")}
    crowd: Crowd = crowds.Crowd(connection, make.id("crow"), nodes)
    rng = random.Random(7)
    for months in range(7, -1, -1):
        for number in range(4):
            crowd.sitting(crowd.who(number), crowds.month_ago(months), rng)
    crowd.arrive(crowd.events)
    make_partitions(connection, 2)
    return crowd


def cells(text: str) -> int:
    return sum(max(1, reserve(letter)) for letter in aksaras(text))


def test_partitions_are_told_and_made(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    code, out, err = kahani("db", "partitions", "--ahead", "4")

    assert code == 0
    assert "2 months were made" in err
    lines = out.splitlines()
    assert len(lines) == 8 + 4 + 1
    assert lines[-1].startswith("other")

    code, out, _ = kahani("db", "partitions", "--ahead", "4", "--json")
    told = json.loads(out)
    assert (told["made_ahead"], told["made_late"]) == (0, [])
    assert sum(one["rows"] for one in told["partitions"]) == sum(
        not event.is_of_sound for event in heard.events
    )


def test_a_month_that_rows_came_late_for_is_told(
    kahani: Kahani, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(
        "INSERT INTO analytics_events (event_type, created_at) VALUES ('page_view', %s)",
        [datetime(UNTIL.year, UNTIL.month, 5, tzinfo=UTC)],
    )

    _, out, err = kahani("db", "partitions")

    assert f"{UNTIL:%Y-%m} was made late: 1 rows moved into it" in err
    assert f"{UNTIL:%Y-%m}             1 rows" in out


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("banana", "no time"),
        ("-18months", "no time"),
        ("0months", "at least 3"),
        ("2 months", "at least 3"),
        ("18", "no time"),
        ("90days", "no time"),
        ("18.5months", "no time"),
        ("51years", "nothing older"),
        ("99999999999months", "no time"),
        ("", "no time"),
    ],
)
def test_times_that_make_no_sense_are_refused(
    kahani: Kahani, connection: psycopg.Connection[Any], time: str, why: str
) -> None:
    code, out, err = kahani("db", "retention", f"--older-than={time}")

    assert (code, out) == (2, "")
    assert why in err


def test_a_dry_run_tells_what_the_real_one_does(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    code, would, sum_of_it = kahani("db", "retention", "--older-than=3months", "--dry-run")
    assert (code, report(connection, "crow")) == (0, report(connection, "crow"))
    assert "would be counted" in sum_of_it

    code, went, sum_of_it = kahani("db", "retention", "--older-than", "3 Months")

    assert code == 0
    assert went == would.replace("would go", "went").replace("would be", "were")
    assert f"Before {UNTIL:%Y-%m}: " in sum_of_it
    assert kahani("db", "retention", "--older-than=3months")[1] == ""


def test_a_report_is_a_picture_of_eighty_columns(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    connection.execute(
        "UPDATE content SET title = 'चालाक कौआ और बहुत ही गहरा पानी का घड़ा' WHERE id = 'crow:hi'"
    )
    connection.execute("""UPDATE story_choices SET text_content = '{"en": "\\u001b[31mRed"}'""")

    code, out, _ = kahani("db", "report", "crow")

    assert code == 0
    assert "\x1b" not in out
    assert max(cells(line) for line in out.splitlines()) <= WIDTH
    found = report(connection, "crow")
    assert found
    assert f"  played   {found.total.plays:>9,}   by 4 listeners" in out
    assert "█" in out
    (row,) = [line for line in out.splitlines() if line.startswith("  hi ")]
    assert row.index("चालाक") == 67


def test_what_listeners_and_authors_wrote_by_hand_reaches_no_terminal(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    for language in ("\x1bc\n\x9b2J", "हिन्दी", "\x07"):
        connection.execute(
            "INSERT INTO analytics_events (user_id, story_id, event_type, event_data) "
            "VALUES (%s, %s, 'story_start', jsonb_build_object('language', %s::text))",
            [heard.who(1), heard.story_id, language],
        )
    connection.execute("UPDATE story_choices SET choice_key = E'\\x1b[7m' WHERE choice_key = 'A'")

    code, out, _ = kahani("db", "report", "crow")

    assert code == 0
    assert all(letter.isprintable() for letter in out.replace("\n", ""))
    assert max(cells(line) for line in out.splitlines()) <= WIDTH
    found = report(connection, "crow")
    assert found
    assert "हिन्दी" not in "".join(picture(found, "ascii"))


def test_a_terminal_without_blocks_gets_letters(
    heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    found = report(connection, "crow")
    assert found

    for line in picture(found, "ascii"):
        assert line.isascii()
    assert any("####" in line for line in picture(found, "ascii"))


def test_endings_are_told_apart_from_plays_that_were_finished(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("DELETE FROM analytics_events")
    for minute, kind in enumerate(("story_start", "story_complete", "story_complete")):
        moment = datetime.now(UTC) - timedelta(minutes=9 - minute)
        heard.arrive([heard.event(heard.who(1), moment, kind)])

    assert (
        "  finished         1   100 % of the plays; endings heard: 2"
        in kahani("db", "report", "crow")[1].splitlines()
    )
    total = json.loads(kahani("db", "report", "crow", "--json")[1])["total"]
    assert [total[name] for name in ("plays", "completions", "endings_heard")] == [1, 1, 2]
    assert total["completion_percent"] == 100.0


def test_a_report_for_programs(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    code, out, err = kahani("db", "report", "crow", "--json")
    told = json.loads(out)

    assert (code, err) == (0, "")
    assert told["total"]["listeners"] == 4
    assert [one["language"] for one in told["editions"]] == ["en", "hi"]
    (pot,) = [node for node in told["nodes"] if node["key"] == "pot"]
    assert sum(choice["share_percent"] for choice in pot["choices"]) == pytest.approx(100, abs=0.1)
    assert (
        json.loads(kahani("db", "report", "crow", "--json", "--since=2999-01")[1])["total"]["plays"]
        == 0
    )


def test_what_cannot_be_reported_is_said(
    kahani: Kahani, connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kahani("db", "report", "nobody")[0] == 2
    assert "no day" in kahani("db", "report", "crow", "--since=yesterday")[2]
    monkeypatch.delenv("DATABASE_URL")
    code, _, err = kahani("db", "report", "crow")
    assert code == 3
    assert "DATABASE_URL" in err


def test_the_doctor_says_what_search_cannot_do(
    kahani: Kahani, connection: psycopg.Connection[Any]
) -> None:
    assert "pg_trgm" not in kahani("doctor")[1]

    connection.execute("DROP EXTENSION pg_trgm CASCADE")

    assert "CREATE EXTENSION pg_trgm" in kahani("doctor")[1]


@pytest.mark.slow
def test_killed_between_two_months_nothing_is_lost_or_counted_twice(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    before = report(connection, "crow")
    assert before
    row = connection.execute("SELECT count(*) FROM monthly_counts").fetchone()
    assert row == (0,)
    busy = f"analytics_events_{UNTIL.year - (UNTIL.month < 3):04}_{(UNTIL.month - 3) % 12 + 1:02}"
    program = "from player.cli import main; main()"
    arguments = ["db", "retention", "--older-than=3months"]
    with psycopg.connect(postgres_url) as other:
        other.execute(f"LOCK TABLE {busy} IN ROW EXCLUSIVE MODE".encode())
        going = subprocess.Popen(
            [sys.executable, "-u", "-c", program, *arguments],
            env={**os.environ, "DATABASE_URL": postgres_url},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert going.stdout
        first = going.stdout.readline()  # the month before is gone; this one is waited for
        going.send_signal(signal.SIGKILL)
        going.wait()
        going.stdout.close()
        other.rollback()
    assert "went" in first
    between = report(connection, "crow")
    assert between
    assert (between.total.plays, between.nodes) == (before.total.plays, before.nodes)

    assert kahani(*arguments)[0] == 0

    after = report(connection, "crow")
    assert after
    assert (after.total.plays, after.nodes) == (before.total.plays, before.nodes)
    assert after.total.listeners == before.total.listeners
