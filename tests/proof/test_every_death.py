"""The process dies at each place where it waits for something, and a new one goes on from the rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.cards import Kind, Verb
from bot.store.schema import conversation, ending
from bot.types import Category, EndConversation, Reason, WarnUser
from tests.proof.proof import PEOPLE, Proof

STRIDE = 1 if os.environ.get("ADIEU_PROOF_MOVES") else 11
"""Every place at night, every eleventh in each run of the tests."""
Story = Callable[[Proof], None]


def behaviour(game: Proof) -> None:
    """Two redirections, a warning, an ending for behaviour."""
    for line in (("ok",), ("ok",), (WarnUser("", Category.ABUSE),), (EndConversation("", Reason.ABUSE),)):
        game.minds.lines.clear()
        game.minds.lines.append(line)
        game.say("ann", "t1", f"unique {game.count} silly bot", addressed=True)
        game.after_step()
    game.minds.lines.clear()


def asked(game: Proof) -> None:
    """A question, somebody else's press, a yes; then a word after the end."""
    game.say("ann", "t1", "unique, the first", addressed=True)
    game.after_step()
    game.ask("ann", "t1")
    game.after_step()
    for who in ("ben", "ann"):
        game.press(who, Verb.END, 0)
        game.after_step()
    game.say("ann", "t1", "thanks", addressed=True)
    game.after_step()


def reopened(game: Proof) -> None:
    """An end, a moderator who opens it again, and a word there."""
    asked(game)
    game.do(game.assistant.reopen(game.ref("t1"), PEOPLE["mo"]))
    game.after_step()
    game.say("ann", "t1", "unique, and on", addressed=True)
    game.after_step()


def crisis(game: Proof) -> None:
    """An end, and words of crisis after it: the chat is open again, under a hold."""
    asked(game)
    game.say("ann", "t1", "I want to die", addressed=True)
    game.after_step()


def spoken_of(game: Proof) -> None:
    """An end, and what the person concerned has to say of it."""
    asked(game)
    for appeal in (False, True):
        game.complain_of("ann", "t1", appeal=appeal)
        game.after_step()


def branched(game: Proof) -> None:
    """A branch from an ended chat."""
    asked(game)
    game.branch("ann", 1, 0)
    game.after_step()


def dies(story: Story, at: int) -> bool:
    """Play it with a death at one place; whether the process came so far."""
    with closing(Proof(redirections=2, habit=(("ok",),))) as game:
        game.life.left = at
        first = game.life
        story(game)
        game.settle()
        return first.dead


@pytest.mark.parametrize("story", [behaviour, asked, reopened, crisis, spoken_of, branched])
def test_a_death_anywhere_leaves_nothing_undone_and_nothing_done_twice(story: Story) -> None:
    """E29, I1-I9: every law holds after each step, and once the new process has come to rest."""
    at = 0
    while dies(story, at):
        at += STRIDE
    assert at > 5 * STRIDE, "the story has many places to die"


@pytest.mark.parametrize(
    ("story", "ends"), [(behaviour, 1), (asked, 1), (reopened, 1), (crisis, 1), (spoken_of, 1)]
)
def test_without_a_death_the_stories_come_to_their_end(story: Story, ends: int) -> None:
    """E29: or the test above would prove nothing."""
    with closing(Proof(redirections=2, habit=(("ok",),))) as game:
        story(game)
        game.settle()
        with game.engines[-1].begin() as c:
            assert len(c.execute(select(ending)).all()) == ends
            state = c.execute(select(conversation.c.state)).scalars().first()
        notices = [post for post in game.place.posts.values() if post.card and post.card.kind is Kind.NOTICE]
        assert len(notices) == 1
        assert state == ("active" if story in {reopened, crisis} else "ended")
        assert sum("unique opinion" in card.text for card in game.place.told) == 2 * (story is spoken_of)
