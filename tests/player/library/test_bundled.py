"""The stories that come with the program come in once, and never over one's own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from db.store import Store
from player.errors import UsageError
from player.library import import_bundled, import_folder, open_story
from player.story.graph import catalogue_id
from tests.player.library.folders import STORY


def a_bundle(tmp_path: Path, folder: Path, episode_folder: Path) -> Path:
    bundle = tmp_path / "assets"
    shutil.copytree(folder, bundle / "two-ways")
    shutil.copytree(episode_folder, bundle / "il-mercato")
    return bundle


def test_bundled_stories_come_in_once(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    first = import_bundled(bundle, store)
    assert {one.slug: one.outcome for one in first.imported} == {
        "two-ways": "created",
        "il-mercato": "created",
    }
    assert import_bundled(bundle, store).imported == ()
    assert json.loads(store.get_meta("bundled_slugs") or "") == ["il-mercato", "two-ways"]
    assert import_folder(folder, store, shelf).outcome == "unchanged"
    assert not shelf.exists()


def test_a_changed_bundle_updates_its_stories(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    import_bundled(bundle, store)
    text = STORY.replace("The end", "It is over")
    (bundle / "two-ways/story.yaml").write_text(text, encoding="utf-8")
    outcomes = {one.slug: one.outcome for one in import_bundled(bundle, store).imported}
    assert outcomes == {"two-ways": "updated", "il-mercato": "unchanged"}


def test_a_bundled_story_cannot_be_replaced_by_ones_own(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    import_bundled(a_bundle(tmp_path, folder, episode_folder), store)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Mine"), encoding="utf-8")
    with pytest.raises(UsageError, match="another slug"):
        import_folder(folder, store, shelf)


def test_ones_own_story_is_not_replaced_by_a_bundled_one(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Mine"), encoding="utf-8")
    import_folder(folder, store, shelf)
    bundled = import_bundled(bundle, store)
    assert len(bundled.notices) == 1
    assert "two-ways" in bundled.notices[0]
    end = open_story("two-ways", store).nodes[catalogue_id("two-ways", "end")]
    assert end.text["en"] == "Mine"


def test_a_damaged_bundled_story_does_not_stop_the_others(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    (bundle / "two-ways/story.yaml").write_text("slug: [", encoding="utf-8")
    bundled = import_bundled(bundle, store)
    assert [one.slug for one in bundled.imported] == ["il-mercato"]
    assert "install kahani again" in bundled.notices[0]


def test_the_stories_that_come_with_the_program_have_no_errors(store: Store) -> None:
    assets = Path(__file__).parents[3] / "assets" / "stories"
    bundled = import_bundled(assets, store)
    assert bundled.notices == ()
    assert {one.slug for one in bundled.imported} >= {
        "clever-crow",
        "il-forno-alle-cinque",
        "la-volpe-e-la-luna",
    }
    for one in bundled.imported:
        assert open_story(one.slug, store).slug == one.slug
