"""Fault 22: a bad bundle is refused; nothing is written outside, nothing is left inside."""

from __future__ import annotations

import hashlib
import resource
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.bundle import examine_bundle, install_bundle
from player.cli import run
from player.cli.wiring import clip_length
from player.errors import UsageError
from player.library import open_story
from tests.faults.bad_bundles import CLIP, FAULTS, LINK, TEXT, with_story
from tests.player.bundle.bundles import (
    Good,
    Home,
    Piece,
    files_below,
    home_in,
    write_folder,
    zipped,
)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("author")
    with home_in(folder / "home") as home:
        home.take_in(write_folder(folder / "well"))
        yield home


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home that everything is tried on, and that stays empty."""
    with home_in(tmp_path_factory.mktemp("target") / "home") as home:
        yield home


@pytest.fixture
def good(author: Home, tmp_path: Path) -> Good:
    return Good.read(author, tmp_path / "good.kahani")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_bundle_is_refused_with_a_sentence_and_leaves_nothing(
    fault: str, good: Good, target: Home, tmp_path: Path
) -> None:
    make, said = FAULTS[fault]
    file = tmp_path / "bad.kahani"
    file.write_bytes(make(good))
    around = target.folder.parent
    before, began = files_below(around), time.monotonic()
    with pytest.raises(UsageError) as refused:
        target.install(file)
    assert time.monotonic() - began < 30
    assert said in str(refused.value)
    assert refused.value.exit_code == 2
    assert all(line.isprintable() for line in str(refused.value).splitlines())
    assert files_below(around) == before
    assert list(target.stories.iterdir()) == []
    assert target.store.catalogue() == ()
    assert not Path("/tmp/evil").exists()
    problems = examine_bundle(file, clip_length)
    assert any(said in str(problem) for problem in problems if problem.is_error)
    assert files_below(around) == before


def test_the_bundle_that_the_faults_are_put_into_is_a_good_one(
    good: Good, author: Home, tmp_path: Path
) -> None:
    file = tmp_path / "good.kahani"
    file.write_bytes(good.bytes())
    assert examine_bundle(file, clip_length) == ()
    with home_in(tmp_path / "home") as home:
        home.install(file)
        assert home.files() == author.files() | {
            name: home.files()[name] for name in home.files() if name.endswith((".json", ".yaml"))
        }


def test_every_fault_is_told_at_once(good: Good, tmp_path: Path) -> None:
    file = tmp_path / "bad.kahani"
    good.slip_in("../evil").slip_in("/evil").change(CLIP, flags=1).change(TEXT, mode=LINK)
    file.write_bytes(good.bytes())
    told = "\n".join(map(str, examine_bundle(file, clip_length)))
    assert all(
        each in told for each in ("leads out", "an absolute path", "is encrypted", "is a link")
    )


def test_a_flood_of_faults_is_told_in_a_few_lines(target: Home, tmp_path: Path) -> None:
    file = tmp_path / "bad.kahani"
    file.write_bytes(zipped([Piece(f"../{n}".encode(), b"") for n in range(20_000)]))
    with pytest.raises(UsageError, match=r"and 98. more: kahani bundle verify lists them") as told:
        target.install(file)
    assert len(str(told.value).splitlines()) == 22


@pytest.mark.parametrize("fault", ["an honest bomb", "more than it says", "over 2 GB"])
def test_a_bomb_is_refused_without_being_unpacked(
    fault: str, good: Good, target: Home, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.kahani"
    file.write_bytes(FAULTS[fault][0](good))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UsageError):
        target.install(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000  # KB


@pytest.fixture(scope="module")
def whole(author: Home, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("whole") / "good.kahani"
    author.pack(file)
    return file.read_bytes()


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_happens_to_its_bytes_nothing_else_comes_in_than_the_manifest_tells(
    data: st.DataObject, whole: bytes, author: Home, tmp_path: Path
) -> None:
    wrong = bytearray(whole)
    for at, by in data.draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(1, 255)), max_size=3)
    ):
        wrong[at] ^= by
    if data.draw(st.booleans()):
        del wrong[data.draw(st.integers(0, len(wrong))) :]
    file = tmp_path / "wrong.kahani"
    file.write_bytes(wrong)
    _install_what_is_told(file, whole, author)


def _install_what_is_told(file: Path, whole: bytes, author: Home) -> None:
    ends = struct.unpack_from("<I", whole, 18)[0], struct.unpack_from("<H", whole, 26)[0]
    raw = whole[30 + ends[1] : 30 + ends[1] + ends[0]]
    manifest = msgspec.json.decode(zlib.decompress(raw, -15))
    wanted = {each["path"]: each["sha256"] for each in manifest["stories"][0]["files"]}
    stories = file.parent / "stories"
    try:
        install_bundle(file, author.store, stories, clip_length)
    except UsageError:
        assert not stories.exists() or not list(stories.iterdir())
        return
    found = hashes(files_below(stories))
    assert found == wanted
    for path in sorted(stories.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_story_that_is_being_heard_stays_when_its_newer_bundle_is_damaged(
    good: Good, author: Home, tmp_path: Path
) -> None:
    file = tmp_path / "good.kahani"
    file.write_bytes(good.bytes())
    with home_in(tmp_path / "home") as home:
        home.install(file)
        before, story = home.files(), open_story("il-pozzo", home.store)
        with_story(good, "Look first", "Look twice")
        file.write_bytes(good.say(content_hash="0" * 64).bytes())
        with pytest.raises(UsageError):
            home.install(file)
        assert home.files() == before
        assert open_story("il-pozzo", home.store) == story


@pytest.mark.parametrize("command", ["install", "verify"])
def test_the_command_says_so_too(
    command: str,
    good: Good,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    file = tmp_path / "bad.kahani"
    file.write_bytes(good.slip_in("../evil").bytes())
    code = run(["bundle", command, str(file)])
    said = capsys.readouterr()
    assert "leads out of the folder" in (said.err if command == "install" else said.out)
    assert "Traceback" not in said.err
    assert code == (2 if command == "install" else 1)
