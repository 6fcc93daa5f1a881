"""kahani import, export and check: stories come in and go out, or their faults are told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psycopg
import pytest

from tests.command_line.homes import BUNDLED, Home


def test_what_is_exported_can_be_checked_and_has_the_same_story(home: Home, tmp_path: Path) -> None:
    text = home.run("export", "la-volpe-e-la-luna").stdout
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / "story.yaml").write_text(text, encoding="utf-8")
    done = home.run("check", str(folder), "--format", "json")
    assert done.returncode == 0
    problems = json.loads(done.stdout)[str(folder)]
    assert {problem["severity"] for problem in problems} <= {"warning"}


@pytest.mark.parametrize(
    ("form", "mark"),
    [
        ("text", "0 errors"),
        pytest.param("json", "{", marks=pytest.mark.slow),
        pytest.param("junit", "<testsuites", marks=pytest.mark.slow),
        pytest.param("sarif", '"2.1.0"', marks=pytest.mark.slow),
    ],
)
def test_a_bundled_story_is_checked_and_found_whole(home: Home, form: str, mark: str) -> None:
    done = home.run("check", "la-volpe-e-la-luna", "--format", form)
    assert done.returncode == 0
    assert mark in done.stdout


TEN_FAULTS = """\
format: 1
slug: Bad Story
colour: red
age_range: 4-8
region: pan-indian
source_language: en
editions:
  hi: {title: "", format: song, difficulty: lexical-heavy}
characters:
  dadi: {name: Dadi, voice_profile: warm, bulbul_speaker: meera}
start: nowhere
nodes:
  intro: {type: narration, character: uncle, text: {en: "Hello"}, next: gone}
  fork:
    type: choice
    text: {en: Choose}
    choices:
      A: {text: {en: a}, next: intro, correct: true}
      B: {text: {en: b}, next: end}
  end: {type: finish, text: {en: x}, nxt: y}
"""


def test_ten_faults_are_told_at_once_with_file_line_and_key_and_nothing_is_written(
    home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "story.yaml").write_text(TEN_FAULTS, encoding="utf-8")
    done = home.run("import", folder)
    assert (done.returncode, done.stdout) == (2, "")
    for line, key in [
        (2, "slug"),
        (3, "colour"),
        (8, "editions.hi.title"),
        (8, "editions.hi.format"),
        (11, "start"),
        (13, "nodes.intro.character"),
        (13, "nodes.intro.next"),
        (17, "nodes.fork.choices"),
        (20, "nodes.end.type"),
        (20, "nodes.end.nxt"),
    ]:
        assert f"story.yaml:{line}: {key}: " in done.stderr
    assert not (home.folder / "data" / "stories").exists()
    assert sorted(home.rows("SELECT slug FROM stories")) == BUNDLED


def test_a_story_of_ones_own_is_imported_and_played(home: Home, tmp_path: Path) -> None:
    home.run("export", "la-volpe-e-la-luna", "--to", tmp_path / "mine")
    story = tmp_path / "mine" / "story.yaml"
    text = story.read_text(encoding="utf-8").replace("la-volpe-e-la-luna", "my-fox")
    story.write_text(text, encoding="utf-8")
    assert home.run("import", story.parent).stdout == "my-fox: created\n"
    assert home.run("import", story.parent).stdout == "my-fox: unchanged\n"
    shutil.rmtree(story.parent)
    told = home.play("my-fox", "A,B,B")
    assert told[-1]["ending"] == "fine-collina"
    assert all(event["audio"] for event in told if event["event"] == "node")


@pytest.mark.slow
def test_the_catalogue_is_published_in_an_empty_postgresql(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    home = Home(tmp_path / "home", DATABASE_URL=empty_postgres_url)
    done = home.run("import", "--remote")
    assert done.returncode == 0, done.stderr
    assert "clever-crow: created in PostgreSQL" in done.stdout
    assert "clever-crow: unchanged in PostgreSQL" in home.run("import", "--remote").stdout
    with psycopg.connect(empty_postgres_url) as remote:
        found = remote.execute("SELECT slug FROM stories ORDER BY slug").fetchall()
        editions = remote.execute("SELECT count(*) FROM content").fetchone()
    assert found == BUNDLED
    assert editions == (10,)
