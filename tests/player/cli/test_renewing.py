"""What other machines sent is learned from by the sync that brought it."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.cli import run
from player.cli.wiring import open_store
from player.library import open_story
from player.paths import Paths

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa

CROW = "clever-crow"


@pytest.fixture
async def machines(
    new_sofa: NewSofa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Path]:
    """Two machines of one listener, who heard a passage on each."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "new"))
    with closing(open_store(Paths.find())) as store:
        store.listener()
    for name in ("here", "there"):
        shutil.copytree(tmp_path / "new", tmp_path / name)
        monkeypatch.setenv("KAHANI_HOME", str(tmp_path / name))
        with closing(open_store(Paths.find())) as store:
            sofa = await new_sofa(open_story(CROW, store), of=store)
            await sofa.begin_to_hear(CROW)
            await sofa.controller.replay_line()
            await sofa.pass_time(30)
            await sofa.controller.leave()
    return tmp_path / "here", tmp_path / "there"


def test_what_came_from_another_machine_is_learned_from_at_once(
    machines: tuple[Path, Path],
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    here, there = machines
    told = []
    for machine in (here, there, here):
        monkeypatch.setenv("KAHANI_HOME", str(machine))
        assert run(["sync", "--once"]) == 0
        capsys.readouterr()
        assert run(["learner", "rebuild"]) == 0
        told.append(capsys.readouterr().out)
        assert run(["sync", "status"]) == 0
        assert "to send       0" in capsys.readouterr().out
    assert all("the same, byte for byte" in each for each in told)
    assert told[0] != told[1] == told[2]  # of the events of one machine, then of both
