"""What is wrong in a story file is said at once, each fault with its line and key."""

from __future__ import annotations

import pytest

from player.errors import EXIT_USAGE
from player.story.clips import ClipFacts
from player.story.loading import examine_episode, load_story
from player.story.problems import Problem, StoryErrors
from tests.player.story.files import EPISODE, GOOD, errors_of, problems_of


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


def test_messages_never_carry_what_the_file_smuggled_in() -> None:
    evil = GOOD.replace("moral:", '"\\e]52;c;aGk=\\a\u202e":').replace("intro", '"\\x9b1m"')
    with pytest.raises(StoryErrors) as raised:
        load_story(evil.encode(), "story.yaml")
    assert all(line.isprintable() for line in str(raised.value).splitlines())


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


def test_problems_of_clips_stand_beside_those_of_the_text() -> None:
    broken = Problem("clever-crow/audio/x.mp3", 0, "", "unreadable-clip", "cannot be read")
    found = problems_of(GOOD.replace("next: pot", "next: pit"), ClipFacts(problems=(broken,)))
    assert {p.code for p in found if p.is_error} == {"unreadable-clip", "dangling"}
