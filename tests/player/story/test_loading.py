"""Story files: what is taken in, with its ids, texts, edges and clips."""

from __future__ import annotations

import pytest

from player.story.clips import ClipFacts, read_times
from player.story.graph import NodeType, Span, Timings, catalogue_id
from player.story.loading import examine_story, load_episode, load_story
from tests.player.story.files import EPISODE, GOOD, a_clip


def test_a_good_story_is_loaded_with_its_ids_texts_and_edges() -> None:
    story = load_story(GOOD.encode(), "story.yaml")
    assert story.id == catalogue_id("clever-crow")
    assert list(story.editions) == ["hi", "hi-mixed"]
    assert story.editions["hi"].difficulty_score == 0.45
    assert story.editions["hi-mixed"].format == "podcast"
    intro = story.nodes[story.start_id]
    assert intro.id == catalogue_id("clever-crow", "intro")
    assert intro.text["hi-mixed@0.30"] == "बच्चो one"
    assert intro.say == {"hi": "बच्चो।"}
    assert intro.sets == {"awake"}
    assert [(c.key, c.is_shown, c.is_default) for c in intro.choices] == [("next", False, True)]
    pot = story.nodes[catalogue_id("clever-crow", "pot")]
    assert [(c.key, c.correct, c.is_default) for c in pot.choices] == [
        ("A", True, True),
        ("B", False, False),
    ]
    assert pot.choices[0].id == catalogue_id("clever-crow", "pot", "A")
    assert pot.choices[0].sets == {"full"}
    assert pot.choices[1].needs == {"awake"}
    end = story.nodes[catalogue_id("clever-crow", "end")]
    assert end.type is NodeType.END
    assert end.was == "finish"
    assert end.choices == ()


def test_an_episode_is_a_story_of_one_node() -> None:
    story = load_episode(EPISODE.encode(), "episode.yaml")
    assert story.is_linear
    assert (story.series_id, story.episode_number) == ("passeggiate", 1)
    [node] = story.nodes.values()
    assert node.id == story.start_id == catalogue_id("il-mercato", "episode")
    assert node.is_end
    assert node.text["it"] == "Il mercato apre presto.\nAndiamo!"
    assert story.source_language == "en"
    assert story.editions["it"].format == "podcast"
    assert story.characters["speaker"].speaker == "nico"


def test_keys_and_texts_that_yaml_would_turn_into_booleans_stay_words() -> None:
    text = GOOD.replace("hi-mixed: {title: Clever कौआ", "no: {title: yes").replace(
        "en: Bye", "en: Bye, no: off"
    )
    story = load_story(text.encode(), "story.yaml")
    assert story.editions["no"].title == "yes"
    assert story.nodes[catalogue_id("clever-crow", "end")].text["no"] == "off"


def test_texts_are_composed_and_stripped_and_keep_their_joiners() -> None:
    text = GOOD.replace("en: Bye", "en: '  cafe\u0301 क्\u200dष\u200c  '")
    story = load_story(text.encode(), "story.yaml")
    assert story.nodes[catalogue_id("clever-crow", "end")].text["en"] == "café क्\u200dष\u200c"


def test_clips_are_put_to_their_nodes() -> None:
    story = load_story(GOOD.encode(), "story.yaml", ClipFacts(clips=(a_clip(),)))
    [clip] = story.nodes[catalogue_id("clever-crow", "end")].clips
    assert clip.id == catalogue_id("clever-crow", "end", "audio", "hi", "0.00", "meera")
    assert clip.path == "clever-crow/audio/hi/0.00/meera/end.mp3"
    assert clip.url == f"r2://kahani/clips/{'ab' * 32}.mp3"
    assert clip.timings.sentences == (Span(0, 4, 90, 700),)


def test_clips_that_fit_nothing_are_warned_about() -> None:
    late = Timings((Span(0, 99, 90, 700),))
    facts = ClipFacts(
        clips=(
            a_clip(node="nowhere"),
            a_clip(timings=late),
            a_clip(language="ta", path="audio/ta/0.00/meera/end.mp3"),
        )
    )
    examined = examine_story(GOOD.encode(), "story.yaml", facts)
    assert {"stray-clip", "stale-times", "clip-without-text"} <= {p.code for p in examined.problems}
    clips = examined.whole().nodes[catalogue_id("clever-crow", "end")].clips
    assert all(clip.timings == Timings() for clip in clips if clip.language == "hi")


@pytest.mark.parametrize(
    "times",
    [
        b"",
        b"[]",
        b'{"format": 2, "duration_ms": 9}',
        b'{"format": 1, "duration_ms": 0}',
        b'{"format": 1, "duration_ms": 9, "sentences": [[3, 1, 0, 5]]}',
        b'{"format": 1, "duration_ms": 9, "words": [[0, 3, 0, 5], [2, 4, 5, 6]]}',
        b'{"format": 1, "duration_ms": 9, "words": [[0, 3, 0]]}',
        b'{"format": 1, "duration_ms": 9, "more": 1}',
    ],
)
def test_times_that_cannot_be_right_are_refused(times: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_times(times)
