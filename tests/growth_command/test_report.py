"""kahani db report: a picture for people, numbers for programs, and what it cannot tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.report import report
from player.cli.report_picture import WIDTH, picture
from player.tui.script.aksaras import aksaras
from player.tui.script.encoding import reserve
from tests.growth_command.conftest import Kahani

if TYPE_CHECKING:
    from tests.db.crowd import Crowd


def cells(text: str) -> int:
    return sum(max(1, reserve(letter)) for letter in aksaras(text))


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
