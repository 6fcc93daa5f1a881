"""What a bundle costs: all bundled stories, against zip and unzip of the same files.

Run with: python -m pytest -s tests/benchmarks/bench_bundle.py
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from player.audio.clips import ClipShelf
from player.bundle import Pick, create_bundle, examine_bundle
from player.cli.wiring import clip_length
from player.library import import_bundled, open_story
from player.resources import bundled_stories
from tests.player.bundle.bundles import Home, home_in

ROUNDS = 3


def seconds(work: Callable[[int], object]) -> float:
    """Return the middle one of a few rounds."""
    times = []
    for turn in range(ROUNDS):
        began = time.perf_counter()
        work(turn)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def create(home: Home, file: Path) -> None:
    stories = [open_story(entry.slug, home.store) for entry in home.store.catalogue()]
    create_bundle(
        [Pick(story, story) for story in stories],
        file,
        ClipShelf([bundled_stories()]).path_for,
        shelves=[bundled_stories()],
        measure=clip_length,
    )


@pytest.mark.benchmark
def test_a_bundle_against_zip_and_unzip(tmp_path: Path) -> None:
    if not shutil.which("zip") or not shutil.which("unzip"):
        pytest.skip("zip and unzip are the baseline")
    homes = []
    for turn in range(ROUNDS):
        with home_in(tmp_path / f"home {turn}") as home:
            homes.append(home.folder)
    with home_in(tmp_path / "author") as author:
        import_bundled(bundled_stories(), author.store, clip_length)
        file = tmp_path / "demo.kahani"
        packing = seconds(lambda turn: create(author, tmp_path / f"{turn}.kahani"))
        create(author, file)

    def zip_(turn: int) -> None:
        command = ["zip", "-q", "-r", "-n", ".mp3", str(tmp_path / f"{turn}.zip"), "."]
        subprocess.run(command, cwd=tmp_path / "plain", check=True)

    def unzip(turn: int) -> None:
        subprocess.run(["unzip", "-q", file, "-d", tmp_path / f"un{turn}"], check=True)

    def install(turn: int) -> None:
        with home_in(homes[turn]) as home:
            assert len(home.install(file)) == len(list(bundled_stories().glob("*/*.yaml")))

    subprocess.run(["unzip", "-q", file, "-d", tmp_path / "plain"], check=True)
    plain = {"create": seconds(zip_), "install": seconds(unzip)}
    plain["verify"] = seconds(lambda _: subprocess.run(["unzip", "-tq", file], check=True))
    ours = {
        "create": packing,
        "verify": seconds(lambda _: examine_bundle(file, clip_length)),
        "install": seconds(install),
    }
    size = file.stat().st_size / 1e6
    for name, taken in ours.items():
        ratio = taken / plain[name]
        print(f"{name}, {size:.1f} MB: {taken:.2f} s, {ratio:.1f} of {plain[name]:.2f} s plain")
