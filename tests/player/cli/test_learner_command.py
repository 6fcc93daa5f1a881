"""kahani learner: says what is believed, makes it anew, and forgets it, without a screen."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.cli import run
from player.cli.wiring import open_store
from player.events import ChoiceAwaited, NodeEntered
from player.library.catalogue import to_record
from player.paths import Paths
from player.story.graph import Story
from tests.player.checks import asking
from tests.player.conftest import rows

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa

Told = Callable[[], str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return lambda: capsys.readouterr().out


@pytest.fixture
async def heard(new_sofa: NewSofa, well: Story) -> None:
    """Somebody who answered one question wrongly, and left."""
    with closing(open_store(Paths.find())) as store:
        store.import_story(to_record(well))
        sofa = await new_sofa(asking(well), of=store)
        await sofa.begin_to_hear(node_key="fork")
        sofa.clock.advance(10)
        await sofa.until(ChoiceAwaited)
        sofa.clock.advance(2.5)
        await sofa.controller.choose("B")
        await sofa.until(NodeEntered)
        await sofa.controller.leave()


@pytest.mark.parametrize("command", ["show", "rebuild", "reset"])
def test_of_nobody_nothing_is_believed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["learner", command]) == 0
    out, err = capsys.readouterr()
    assert (out, "Nothing was heard yet" in err) == ("", True)


@pytest.mark.usefixtures("heard")
def test_it_says_what_is_believed_and_what_moved_it(told: Told) -> None:
    assert run(["learner", "show"]) == 0
    first, second, third = told().splitlines()
    assert re.fullmatch(
        r"We are still getting to know your Hindi \(1 passage so far\): you should follow "
        r"about \d to \d lines in 10 of a middling story\.",
        first,
    )
    assert second.startswith("  The last question was a hard one: that moved it down last (well/fo")
    assert third == (
        "You heard 1 min (1 min in the last 7 days); 1 passage to the end; "
        "1 story begun, 0 finished; 0 of 2 endings found."
    )


@pytest.mark.usefixtures("heard")
def test_programs_are_told_the_same(told: Told) -> None:
    assert run(["learner", "show", "--json"]) == 0
    everything = json.loads(told())
    assert everything["numbers"]["passages"] == 1
    assert everything["numbers"]["stories"] == 1
    (hindi,) = everything["languages"]
    assert (hindi["language"], hindi["data_points"], hindi["last"]["where"]) == (
        *("hi", 1),
        "well/fork",
    )
    assert hindi["mu"] < 0
    assert hindi["last"]["shift"] < 0


@pytest.mark.usefixtures("heard")
def test_made_anew_it_is_the_same_to_the_byte(told: Told) -> None:
    store = Paths.find().store
    before = rows(store, "SELECT * FROM learner_model_state")
    assert run(["learner", "rebuild"]) == 0
    assert "the same, byte for byte" in told()
    assert rows(store, "SELECT * FROM learner_model_state") == before


@pytest.mark.usefixtures("heard")
def test_a_row_that_says_something_else_is_mended_and_sent(told: Told) -> None:
    with closing(open_store(Paths.find())) as store:
        row = store.learner()
        assert row is not None
        store.append([replace(row, comprehension_level=0.99, belief={})]).result()
        pending = store.pending()
        assert run(["learner", "rebuild"]) == 0
        assert store.learner() == replace(row, last_updated=store.learner().last_updated)  # type: ignore[union-attr]
        assert store.pending() == pending + 1
    assert "other than before" in told()
    assert run(["learner", "rebuild"]) == 0
    assert "the same, byte for byte" in told()


@pytest.mark.usefixtures("heard")
def test_after_a_reset_nothing_counts_and_nothing_is_lost(told: Told) -> None:
    store = Paths.find().store
    before = len(rows(store, "SELECT id FROM behavioral_events"))
    assert run(["learner", "reset", "--yes"]) == 0
    assert "met anew" in told()
    assert run(["learner", "show", "--json"]) == 0
    assert json.loads(told())["languages"] == []
    assert rows(store, "SELECT belief, data_points FROM learner_model_state") == [("{}", 0)]
    assert len(rows(store, "SELECT id FROM behavioral_events")) == before + 1
    assert rows(store, "SELECT 1 FROM outbox WHERE payload LIKE '%anew%'") == [(1,)]


@pytest.mark.usefixtures("heard")
def test_after_a_reset_it_says_that_one_began_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["learner", "reset", "--yes"]) == 0
    capsys.readouterr()
    assert run(["learner", "show"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert re.match(r"You began anew on \d{4}-\d\d-\d\d \d\d:\d\d, and heard nothing since", err)


@pytest.mark.usefixtures("heard")
def test_where_nobody_can_be_asked_it_names_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(["learner", "reset"]) == 2
    out, err = capsys.readouterr()
    assert (out, "--yes" in err, "Forget what" in err) == ("", True, False)
    assert run(["learner", "rebuild"]) == 0
    assert "the same, byte for byte" in capsys.readouterr().out


@pytest.mark.usefixtures("heard")
def test_who_is_not_sure_changes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert run(["learner", "reset"]) == 0
    assert "Nothing was changed" in capsys.readouterr().err
    assert run(["learner", "rebuild"]) == 0
    assert "the same, byte for byte" in capsys.readouterr().out
