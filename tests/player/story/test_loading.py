"""Story files: what is taken in, and that everything wrong is said at once."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import EXIT_USAGE
from player.story.canonical import canonical
from player.story.clips import ClipFact, ClipFacts, read_times
from player.story.graph import NodeType, Span, Timings, catalogue_id
from player.story.loading import examine_episode, examine_story, load_episode, load_story
from player.story.problems import Problem, StoryErrors

GOOD = """\
format: 1
slug: clever-crow
age_range: 4-8
region: pan-indian
moral: Persistence pays
source_language: en
editions:
  hi: {title: चालाक कौआ, genre: folk tale, difficulty_score: 0.45, locale: hi-IN}
  hi-mixed: {title: Clever कौआ, format: podcast, difficulty: discourse-heavy}
characters:
  dadi: {name: Dadi, voice_profile: warm_elderly, bulbul_speaker: meera}
start: intro
nodes:
  intro:
    type: narration
    character: dadi
    text: {en: Children, hi: बच्चो, hi-mixed@0.30: बच्चो one, hi-mixed@0.60: Children दो}
    say: {hi: बच्चो।}
    set: [awake]
    next: pot
  pot:
    type: choice
    text: {en: And now?, hi: अब?, hi-mixed: अब now?}
    choices:
      B: {text: {en: Drink, hi: पियो}, next: end, correct: false, needs: [awake]}
      A: {text: {en: Stones, hi: कंकड़}, next: end, correct: true, default: true, set: full}
  end: {type: end, was: finish, text: {en: Bye, hi: विदा, hi-mixed: Bye विदा}}
"""

EPISODE = """\
format: 1
slug: il-mercato
language: it
locale: it-IT
title: Il mercato
kind: podcast
age_range: 12-99
region: italia
series: {id: passeggiate, episode: 1}
speaker: {name: Nico, voice_profile: warm_narrator, bulbul_speaker: nico}
text: |
  Il mercato apre presto.
  Andiamo!
say: Il mercato apre presto. Andiamo.
translation: {en: The market opens early.}
"""


def problems_of(text: str | bytes, clips: ClipFacts | None = None) -> tuple[Problem, ...]:
    source = text if isinstance(text, bytes) else text.encode()
    return examine_story(source, "story.yaml", clips or ClipFacts()).problems


def errors_of(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(p.line, p.where, p.code) for p in problems_of(text) if p.is_error]


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


def test_faults_of_an_episode_are_listed_together() -> None:
    text = EPISODE.replace("language: it", "language: italiano vero").replace("title:", "titel:")
    found = examine_episode(text.encode(), "episode.yaml").problems
    assert {(p.line, p.where, p.code) for p in found if p.is_error} == {
        (3, "language", "too-long"),
        (5, "titel", "unknown-key"),
        (1, "title", "missing"),
    }


def test_ten_different_faults_are_all_listed_with_line_and_key() -> None:
    text = """\
format: 1
slug: Ten Faults
age_rnage: 4-8
region: pan-indian
source_language: en
editions:
  hi: {title: Ten, format: narative, difficulty_score: high}
start: intro
nodes:
  intro: {type: narration, text: {en: ""}, next: nowhere-at-all}
  intro: {type: end, text: {en: again}}
  pot:
    type: choice
    text: {en: "a\\e[31mb"}
    choices:
      A: {text: {en: a}, next: round, correct: true}
      B: {text: {en: b}, next: round, needs: [rope]}
  round: {type: narration, text: {en: r}, next: round}
"""
    assert set(errors_of(text)) == {
        (1, "age_range", "missing"),
        (2, "slug", "bad-slug"),
        (3, "age_rnage", "unknown-key"),
        (7, "editions.hi.format", "bad-value"),
        (7, "editions.hi.difficulty_score", "wrong-type"),
        (10, "nodes.intro.text.en", "empty"),
        (10, "nodes.intro.next", "dangling"),
        (11, "nodes.intro", "duplicate-key"),
        (12, "nodes.pot", "unreachable"),
        (14, "nodes.pot.text.en", "control"),
        (15, "nodes.pot.choices", "half-a-check"),
        (17, "nodes.pot.choices.B", "flag-never-set"),
        (18, "nodes.round", "unreachable"),
        (18, "nodes.round", "silent-cycle"),
    }


def test_errors_are_raised_together_and_end_the_program_as_wrong_usage() -> None:
    with pytest.raises(StoryErrors) as raised:
        load_story(b"slug: A\nnodes: {}\n", "mine/story.yaml")
    assert raised.value.exit_code == EXIT_USAGE
    lines = str(raised.value).splitlines()
    assert lines[0].startswith("mine/story.yaml: ")
    assert len(lines) == sum(problem.is_error for problem in raised.value.problems) + 1
    assert any(line.startswith("  mine/story.yaml:1: slug: ") for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "code"),
    [
        ("age_range: 4-8", "age_rang: 4-8", 3, "age_rang", "unknown-key"),
        ("age_range: 4-8", "age_range: [4, 8]", 3, "age_range", "wrong-type"),
        ("age_range: 4-8", "age_range: " + "x" * 21, 3, "age_range", "too-long"),
        ("region: pan-indian", "region: " + "x" * 51, 4, "region", "too-long"),
        ("slug: clever-crow", "slug: clever_crow", 2, "slug", "bad-slug"),
        ("slug: clever-crow", "slug: " + "a" * 101, 2, "slug", "too-long"),
        ("format: 1", "format: 2", 1, "format", "bad-format"),
        ("source_language: en", "source_language: English", 6, "source_language", "bad-language"),
        ("title: चालाक कौआ", "title: " + "x" * 201, 8, "editions.hi.title", "too-long"),
        ("hi-mixed: {title", "hi_mixed: {title", 9, "editions.hi_mixed", "bad-language"),
        ("hi-mixed: {title", "hi-mixed@0.30: {title", 9, "editions.hi-mixed@0.30", "bad-language"),
        ("0.45", "1.45", 8, "editions.hi.difficulty_score", "wrong-type"),
        ("discourse-heavy", "hard", 9, "editions.hi-mixed.difficulty", "bad-value"),
        ("warm_elderly", "x" * 51, 11, "characters.dadi.voice_profile", "too-long"),
        ("name: Dadi", "name: " + "x" * 101, 11, "characters.dadi.name", "too-long"),
        ("speaker: meera", "speaker: ../x", 11, "characters.dadi.bulbul_speaker", "bad-slug"),
        ("start: intro", "start: outro", 12, "start", "dangling"),
        ("start: intro\n", "", 1, "start", "missing"),
        ("start: intro", "start: [intro, pot]", 12, "start", "two-starts"),
        ("start: intro", "start: intro\nstart: pot", 13, "start", "two-starts"),
        ("type: narration", "type: story", 15, "nodes.intro.type", "bad-value"),
        ("character: dadi", "character: dodi", 16, "nodes.intro.character", "unknown-character"),
        ("next: pot", "next: pit", 20, "nodes.intro.next", "dangling"),
        ("    next: pot\n", "", 14, "nodes.intro.next", "missing"),
        ("mixed@0.30", "mixed@30", 17, "nodes.intro.text.hi-mixed@30", "bad-language"),
        ("mixed@0.30", "mixed@1.30", 17, "nodes.intro.text.hi-mixed@1.30", "bad-language"),
        ("en: And now?", "en: '  '", 23, "nodes.pot.text.en", "empty"),
        ("say: {hi:", "say: {ta:", 18, "nodes.intro.say", "say-without-text"),
        ("set: [awake]", "set: {awake: 1}", 19, "nodes.intro.set", "wrong-type"),
        ("set: [awake]", "set: ['a b', awake]", 19, "nodes.intro.set", "bad-flag"),
        ("set: [awake]", "set: [asleep]", 25, "nodes.pot.choices.B", "flag-never-set"),
        ("      B: {", "      next: {", 25, "nodes.pot.choices.next", "bad-choice-key"),
        (
            "      B: {",
            "      B" + "B" * 10 + ": {",
            25,
            "nodes.pot.choices.BBBBBBBBBBB",
            "bad-choice-key",
        ),
        (", correct: false", "", 24, "nodes.pot.choices", "half-a-check"),
        ("correct: true", "correct: false", 24, "nodes.pot.choices", "no-right-answer"),
        (
            "correct: false,",
            "correct: false, default: yes,",
            24,
            "nodes.pot.choices",
            "two-defaults",
        ),
        ("correct: true", "correct: perhaps", 26, "nodes.pot.choices.A.correct", "wrong-type"),
        ("end: {type: end,", "end: {type: end, next: pot,", 27, "nodes.end.next", "not-here"),
        ("end: {type: end,", "end: {type: end, choices: {},", 27, "nodes.end.choices", "not-here"),
        ("type: choice", "type: choice\n    next: end", 23, "nodes.pot.next", "not-here"),
        (
            "  end: {",
            "  The End: {type: end, text: {en: x}}\n  end: {",
            27,
            "nodes.The End",
            "bad-node-name",
        ),
        ("intro:\n", "intro: &here\n", 14, "nodes.intro", "anchor"),
        ("text: {en: Bye", "text: {en: *bye", 27, "nodes.end.text.en", "alias"),
        ("en: Bye", "en: !!python/name:os.system Bye", 27, "nodes.end.text.en", "tag"),
        ("en: Bye", "en: 'B\u202eye'", 27, "nodes.end.text.en", "control"),
        ("en: Bye", "en: 'B\x1b]52;c;aGk=\x07ye'", 27, "nodes.end.text.en", "control"),
        ("en: Bye", "en: 'B\x9bye'", 27, "nodes.end.text.en", "control"),
        ("en: Bye", "en: 'B\U000f0001ye'", 27, "nodes.end.text.en", "control"),
        ("en: Bye", "en: 'B" + "\u0301" * 40 + "ye'", 27, "nodes.end.text.en", "control"),
        ("en: Bye", "en: [Bye]", 27, "nodes.end.text.en", "wrong-type"),
        ("was: finish", "was: pot", 27, "nodes.end.was", "bad-was"),
        ("moral:", "[moral]:", 5, "", "bad-key"),
    ],
)
def test_each_fault_is_named_with_its_line_and_key(
    old: str, new: str, line: int, where: str, code: str
) -> None:
    assert old in GOOD
    assert (line, where, code) in errors_of(GOOD.replace(old, new, 1))


def test_an_unknown_name_says_what_was_likely_meant() -> None:
    [problem] = [p for p in problems_of(GOOD.replace("next: pot", "next: pott")) if p.is_error]
    assert problem.message == 'there is no node "pott" (did you mean "pot"?)'


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


def test_messages_never_carry_what_the_file_smuggled_in() -> None:
    evil = GOOD.replace("moral:", '"\\e]52;c;aGk=\\a\u202e":').replace("intro", '"\\x9b1m"')
    with pytest.raises(StoryErrors) as raised:
        load_story(evil.encode(), "story.yaml")
    assert all(line.isprintable() for line in str(raised.value).splitlines())


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        (b"", 1, "not-a-mapping"),
        (b"- a\n- b\n", 1, "not-a-mapping"),
        (b"a: [1, 2\nb: }\n", 2, "yaml"),
        (b"a: b\n--- \nc: d\n", 2, "two-documents"),
        (b"format: 1\nslug: caf\xe9\n", 2, "encoding"),
        (GOOD.encode("utf-16"), 1, "encoding"),
        (b"x" * 10_000_000, 0, "too-large"),
        (b"[" * 4_000_000, 1, "too-deep"),
        (b"- " * 2_000_000, 1, "too-deep"),
        (b"{a: " * 1_000_000, 1, "too-deep"),
        (b"nodes:\n" + b"".join(b" n%d: {}\n" % i for i in range(100_000)), 20_002, "too-many"),
        (b"nodes:\n" + b" - a\n" * 900_000, 20_002, "too-many"),
        (b"a: &a [x]\nb: &b [" + b"*a," * 9 + b"]\nc: [" + b"*b," * 9 + b"]\n", 3, "alias"),
    ],
)
def test_hostile_files_are_refused_quickly(source: bytes, line: int, code: str) -> None:
    started = time.process_time()
    found = problems_of(source)
    assert time.process_time() - started < 20
    assert (line, code) in {(p.line, p.code) for p in found}


def test_a_story_of_many_nodes_is_read_within_bounds() -> None:
    rows = "".join(
        f"  n{i}: {{type: narration, text: {{en: line {i}}}, next: n{i + 1}}}\n" for i in range(999)
    )
    text = (
        "format: 1\nslug: long\nage_range: a\nregion: b\nsource_language: en\n"
        "editions: {en: {title: Long}}\nstart: n0\nnodes:\n"
        f"{rows}  n999: {{type: end, text: {{en: end}}}}\n"
    )
    tracemalloc.start()
    try:
        story = load_story(text.encode(), "story.yaml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(story.nodes) == 1_000
    assert peak < 12_000_000


def test_more_problems_than_anybody_reads_are_counted() -> None:
    found = problems_of(b"a: b\n" * 3_000)
    assert len(found) == 1_001
    assert found[-1].code == "too-many-problems"


def test_an_error_behind_a_thousand_warnings_still_keeps_the_story_out() -> None:
    rows = "".join(
        f"  n{i}: {{type: narration, text: {{en: x}}, next: n{i + 1}}}\n" for i in range(1_200)
    )
    head, _ = GOOD.split("start: intro\n")
    text = f"{head}start: n0\nnodes:\n{rows}  n1200: {{type: end, text: {{en: x, hi: x}}}}\n"
    assert load_story(text.encode(), "story.yaml")
    broken = Problem("clever-crow/audio/x.mp3", 0, "", "unreadable-clip", "cannot be read")
    with pytest.raises(StoryErrors, match="1 error"):
        load_story(text.encode(), "story.yaml", ClipFacts(problems=(broken,)))


def a_clip(**other: object) -> ClipFact:
    facts: dict[str, object] = {
        "node": "end",
        "language": "hi",
        "mix": 0.0,
        "speaker": "meera",
        "path": "audio/hi/0.00/meera/end.mp3",
        "checksum": "ab" * 32,
        "size": 100,
        "duration_ms": 900,
        "timings": Timings((Span(0, 4, 90, 700),), (Span(0, 4, 90, 700),)),
    }
    return ClipFact(**{**facts, **other})  # type: ignore[arg-type]


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


def test_problems_of_clips_stand_beside_those_of_the_text() -> None:
    broken = Problem("clever-crow/audio/x.mp3", 0, "", "unreadable-clip", "cannot be read")
    found = problems_of(GOOD.replace("next: pot", "next: pit"), ClipFacts(problems=(broken,)))
    assert {p.code for p in found if p.is_error} == {"unreadable-clip", "dangling"}


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


def test_the_hash_is_the_same_however_the_file_is_written() -> None:
    story = load_story(GOOD.encode(), "story.yaml")
    head, nodes = GOOD.split("start: intro\n")
    other = f"# a comment\n{nodes}start: 'intro'\n{head}".replace(": {", ":  { ")
    assert load_story(other.encode(), "other.yaml").content_hash == story.content_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("en: Bye", "en: Good bye"),
        ("चालाक कौआ", "कौआ"),
        ("correct: false", "correct: true"),
        ("bulbul_speaker: meera", "bulbul_speaker: anu"),
        ("next: pot", "next: end\n  more: {type: narration, text: {en: x}, next: pot}\n#"),
        ("say: {hi: बच्चो।}", "say: {hi: बच्चो}"),
    ],
)
def test_the_hash_changes_with_what_is_told(old: str, new: str) -> None:
    examined = examine_story(GOOD.replace(old, new).encode(), "story.yaml")
    before = load_story(GOOD.encode(), "story.yaml")
    assert examined.story is None or examined.story.content_hash != before.content_hash


def test_the_hash_changes_with_a_clip() -> None:
    one = load_story(GOOD.encode(), "s", ClipFacts(clips=(a_clip(),)))
    other = load_story(GOOD.encode(), "s", ClipFacts(clips=(a_clip(checksum="cd" * 32),)))
    assert one.content_hash != other.content_hash
    assert canonical(one) != canonical(other)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_answered_with_problems_or_a_story(source: bytes) -> None:
    examined = examine_story(source, "story.yaml")
    assert examined.story is not None or any(p.is_error for p in examined.problems)
    assert all(str(problem).isprintable() for problem in examined.problems)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_good_story_is_survived(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    gone = data.draw(st.integers(0, 30))
    new = data.draw(
        st.text(max_size=12) | st.sampled_from(["{", "[", "&a ", "*a", "\n\t", ": ", "? "])
    )
    text = GOOD[:at] + new + GOOD[at + gone :]
    examined = examine_story(text.encode("utf-8", "replace"), "story.yaml")
    assert examined.story is not None or any(p.is_error for p in examined.problems)
    assert all(str(problem).isprintable() for problem in examined.problems)
