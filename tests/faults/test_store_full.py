"""Fault 5: no room is left under the store: nothing is told as saved, and it goes on later."""

from __future__ import annotations

import errno
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.wholeness import log_of
from tests.faults.at_home import WAY, Home, Run

pytestmark = pytest.mark.slow


class Disk:
    """A small disk that a home lies on."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self._filler = folder / "filler"

    def fill(self, _run: Run) -> None:
        """Leave no room."""
        try:
            with self._filler.open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError as fault:
            assert fault.errno == errno.ENOSPC  # noqa: PT017 - what the loop ends by

    def clear(self, _run: Run) -> None:
        """Make room again."""
        self._filler.unlink()


class Limit:
    """A home whose files may not grow, as far as one program is concerned."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")

    def fill(self, run: Run) -> None:
        """Let no file grow beyond what the log is by now."""
        size = log_of(self.home.store).stat().st_size
        resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def clear(self, run: Run) -> None:
        """Let them grow."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture(params=["a full disk", "a limit"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk | Limit]:
    if request.param == "a limit":
        yield Limit(tmp_path)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk here; the limit on files shows the same")
    yield Disk(tmp_path)
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def refused(run: Run) -> dict[str, Any]:
    """Return what is said of a choice that cannot be saved; sending may complain before it."""
    while not (notice := run.next("notice"))["message"].startswith("Not saved: "):
        pass
    return notice


def without_room(place: Disk | Limit) -> tuple[Run, dict[str, Any]]:
    """Make a choice, and another one when there is no room; return what is said of that."""
    run = place.home.begin(choices=None)
    run.next("asked")
    run.say(WAY[0])
    run.next("choice")
    run.next("asked")
    place.fill(run)
    run.say(WAY[1])
    return run, refused(run)


def test_a_choice_is_not_told_as_made_and_the_story_goes_on_when_there_is_room(
    place: Disk | Limit,
) -> None:
    home = place.home
    run, notice = without_room(place)
    assert str(home.store) in notice["message"]
    assert home.choices() == [WAY[0]]
    run.next("asked")
    place.clear(run)
    for choice in WAY[1:]:
        run.say(choice)
        run.next("choice")
    run.end()
    assert run.code == 0
    assert run.of("choice", "key") == list(WAY) == home.choices()
    assert home.is_well()


def test_killed_without_room_it_goes_on_where_the_last_saved_choice_led(
    place: Disk | Limit,
) -> None:
    home = place.home
    run, _ = without_room(place)
    run.kill()
    if isinstance(place, Disk):
        stuck = home.play(*WAY[1:])
        # There may be room within its own files for a choice or two.
        assert stuck.code in (0, 2, 3)
        place.clear(run)
    assert home.play(*WAY[len(home.choices()) :]).code == 0
    assert home.choices() == list(WAY)
    assert home.is_well()


def test_sending_goes_on_by_itself_when_there_is_room(
    place: Disk | Limit, empty_postgres_url: str
) -> None:
    home = place.home
    home.environment["DATABASE_URL"] = empty_postgres_url
    run = home.begin(choices=None)
    run.next("asked")
    place.fill(run)
    run.say(WAY[0])
    refused(run)
    place.clear(run)
    for choice in WAY:
        run.say(choice)
        run.next("choice")
    assert run.end().code == 0
    assert home.run("sync", "--once").returncode == 0
    with psycopg.connect(empty_postgres_url) as connection:
        sent = connection.execute(
            "SELECT event_data ->> 'choice' FROM analytics_events"
            " WHERE event_type = 'choice_made' ORDER BY id"
        ).fetchall()
    assert [key for (key,) in sent] == list(WAY) == home.choices()
