"""The command line, as people and scripts use it: a real process, a real store."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from player.cli.wiring import open_store
from player.paths import Paths

KAHANI = Path(sys.executable).with_name("kahani")
STORIES = Path(__file__).parent.parent / "assets" / "stories"
BUNDLED = sorted((path.parent.name,) for path in STORIES.glob("*/story.yaml"))


class Home:
    """A home folder, and the command run in it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAHANI_", "DATABASE_"))}
        self.env = {**clean, "KAHANI_HOME": str(folder), "LANG": "C.UTF-8", **env}

    def run(self, *arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAHANI, *arguments],
            env=self.env,
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def play(self, slug: str, choices: str, *more: str) -> list[dict[str, Any]]:
        done = self.run(
            "play", slug, "--plain", "--json", "--pace", "0", "--choices", choices, *more
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "kahani.sqlite")) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as the first start of the program leaves it, to be copied."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    open_store(Paths(*(home / name for name in ("config", "data", "cache", "logs")))).close()
    return home


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Home:
    """A home in which the program was started before."""
    return Home(shutil.copytree(furnished, tmp_path / "home"))


@pytest.fixture
def new_home(tmp_path: Path) -> Home:
    """A home with nothing in it."""
    return Home(tmp_path / "home")


@pytest.mark.parametrize(
    ("slug", "choices", "ending"),
    [
        ("clever-crow", "A,B,A,A,A", "end-share"),
        pytest.param("clever-crow", "A,B,A,A,B,C", "end-rain", marks=pytest.mark.slow),
        pytest.param("clever-crow", "A,B,C,A", "end-pond", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,A,B", "fine-ciotola", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,B", "fine-collina", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,C", "fine-canto", marks=pytest.mark.slow),
        ("il-forno-alle-cinque", "", "episode"),
    ],
)
def test_every_ending_is_reached(new_home: Home, slug: str, choices: str, ending: str) -> None:
    home = new_home
    told = home.play(slug, choices)
    assert (told[-1]["event"], told[-1]["ending"]) == ("finished", ending)
    taken = [event["key"] for event in told if event["event"] == "choice"]
    assert taken == [key for key in choices.split(",") if key]
    written = home.rows(
        "SELECT json_extract(event_data, '$.choice') FROM analytics_events"
        " WHERE event_type = 'choice_made' ORDER BY created_at"
    )
    assert [key for (key,) in written] == taken
    assert home.rows("SELECT 1 FROM learner_model_state") == [(1,)]


@pytest.mark.parametrize(
    ("language", "mix", "first"),
    [
        pytest.param("ta", None, "ta", marks=pytest.mark.slow),
        ("hi", "0.3", "hi-mixed"),
        pytest.param("bn", None, "bn", marks=pytest.mark.slow),
        pytest.param("hi", "0.6", "hi-mixed", marks=pytest.mark.slow),
    ],
)
def test_a_story_is_told_with_sound_in_each_of_its_languages(
    home: Home, language: str, mix: str | None, first: str
) -> None:
    more = ["--language", language, *(["--mix", mix] if mix else [])]
    nodes = [e for e in home.play("clever-crow", "A,B,A,A,A", *more) if e["event"] == "node"]
    assert {node["language"] for node in nodes} == {first}
    assert all(node["audio"] for node in nodes)


def test_answers_may_be_typed_by_number_or_letter_and_a_wrong_one_is_asked_again(
    home: Home,
) -> None:
    done = home.run("play", "la-volpe-e-la-luna", "--plain", "--pace", "0", typed="9\n1\nB\n2\n")
    assert done.returncode == 0, done.stderr
    assert "there is no choice '9' here; there is 1 to 3, or A, B, C." in done.stdout
    assert "The end. Ending 1 of 3 found." in done.stdout


def first_node(told: list[dict[str, Any]]) -> str:
    return str(next(event["node"] for event in told if event["event"] == "node"))


def test_a_story_that_runs_out_of_answers_keeps_its_place_and_goes_on_there(home: Home) -> None:
    done = home.run("play", "clever-crow", "--plain", "--json", "--pace", "0", "--choices", "A,B")
    assert done.returncode == 2
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["event"], "what-to-do" in last["message"]) == ("error", True)
    told = home.play("clever-crow", "C,A")
    assert (told[0]["resumed"], first_node(told)) == (True, "what-to-do")
    assert told[-1]["ending"] == "end-pond"
    assert home.rows("SELECT count(*) FROM analytics_events WHERE event_type = 'choice_made'") == [
        (4,)
    ]


@pytest.mark.slow
def test_a_story_can_begin_at_a_node_or_at_its_start(home: Home) -> None:
    home.play("clever-crow", "A")
    assert first_node(home.play("clever-crow", "A,B,A,A,A", "--restart")) == "intro"
    told = home.play("clever-crow", "A", "--from", "turtle-choice")
    assert first_node(told) == "turtle-choice"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["play", "clever-cow", "--plain"], "Did you mean clever-crow?"),
        (["play", "clever-crow", "--plian"], "there is --language"),
        (["plya", "clever-crow"], "there is bundle, cache, check"),
        ([], "needs a terminal"),
        *(
            pytest.param(arguments, said, marks=pytest.mark.slow)
            for arguments, said in (
                (["play", "clever-crow", "--plain", "--language", "fr"], "it speaks"),
                (
                    ["play", "clever-crow", "--plain", "--from", "moon"],
                    "has no node 'moon'; it has intro",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "radio"],
                    "there is vlc, silent, wav:FILE",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "radio", "--pace", "0"],
                    "there is no out",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "wav:a", "--pace", "0"],
                    "leave --pace out",
                ),
                (["play", "clever-crow", "--plain", "--speed", "9"], "0.5<=x<=2.0"),
                (["import"], "kahani import my-story"),
                (["export", "nothing"], "There is: clever-crow"),
            )
        ),
    ],
)
def test_a_wrong_wish_gets_one_line_that_says_what_there_is(
    home: Home, arguments: list[str], said: str
) -> None:
    done = home.run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_doctor_finds_everything_well_and_speaks_json(home: Home) -> None:
    done = home.run("doctor", "--json")
    report = json.loads(done.stdout)
    assert {finding["name"] for finding in report["findings"]} >= {"libVLC", "store", "clips"}
    assert done.returncode == (0 if report["ok"] else 3)


def test_the_doctor_speaks_to_people_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = Home(tmp_path / "file" / "home").run("doctor")
    assert done.returncode == 3
    assert "store" in done.stdout
    assert "Errno" not in done.stdout


def test_the_doctor_counts_entries_to_send_only_where_they_are_sent(home: Home) -> None:
    assert "to send" not in home.run("doctor").stdout
    home.env["DATABASE_URL"] = "postgresql://me@127.0.0.1:9/none"
    told = home.run("doctor").stdout
    assert "entries to send" in told
    assert ". Stories play all the same" in told


def test_locate_names_every_place_under_the_home(home: Home) -> None:
    places = dict(line.split(maxsplit=1) for line in home.run("locate").stdout.splitlines())
    assert places["store"] == str(home.folder / "data" / "kahani.sqlite")


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


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@127.0.0.1:9/none",
        pytest.param("postgresql://me:hunter2@[", marks=pytest.mark.slow),
        pytest.param("nonsense hunter2", marks=pytest.mark.slow),
    ],
)
def test_a_server_that_is_not_there_stops_no_story_and_its_password_is_never_shown(
    tmp_path: Path, address: str
) -> None:
    home = Home(tmp_path / "home", DATABASE_URL=address)
    published = home.run("import", "--remote")
    assert published.returncode == 3
    played = home.run("play", "clever-crow", "--plain", "--pace", "0", "--choices", "A,B,A,A,A")
    looked = home.run("doctor")
    for done in (published, played, looked):
        assert "hunter2" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert "The end." in played.stdout


@pytest.fixture
def deaf(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PYTHON_VLC_LIB_PATH="/nowhere/libvlc.so")


def test_without_libvlc_a_story_is_told_in_silence_with_a_notice(deaf: Home) -> None:
    with subprocess.Popen(
        [KAHANI, "play", "il-forno-alle-cinque", "--plain", "--json"],
        env=deaf.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        told = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    assert [event["event"] for event in told] == ["notice", "opened", "mix_decided", "node"]
    assert "libvlc5" in told[0]["message"]


@pytest.mark.slow
def test_without_libvlc_asking_for_it_by_name_says_what_to_install(deaf: Home) -> None:
    done = deaf.run("play", "il-forno-alle-cinque", "--plain", "--json", "--output", "vlc")
    assert done.returncode == 3
    assert "libvlc5" in done.stderr
    assert deaf.run("doctor").returncode == 3


def test_nothing_is_left_behind_by_a_reader_that_goes_away(home: Home) -> None:
    process = subprocess.Popen(
        [KAHANI, "play", "clever-crow", "--plain", "--pace", "0", "--choices", "A"],
        env=home.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(60)
