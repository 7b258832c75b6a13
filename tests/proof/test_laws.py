"""Each law can be broken: what breaks it is planted behind the core's back, and the game sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update

from bot.store.schema import conversation, ending, feedback, message, participant, turn
from tests.proof.planting import Planting

Plant = Callable[[Planting], object]


@pytest.fixture
def game() -> Iterator[Planting]:
    game = Planting()
    yield game
    game.close()


def seen(game: Planting, law: str) -> bool:
    return any(law in what for what in game.wrong())


AT_REST: dict[str, tuple[str, Plant]] = {
    "a message that nobody runs": (
        "lost: message 1 in turn 1",
        lambda game: game.rows(update(turn).values(state="running")),
    ),
    "a message that is not there": (
        "lost: ('general', 't1') was taken",
        lambda game: game.rows(delete(message)),
    ),
    "a message answered twice": (
        "message 1 was answered twice",
        lambda game: game.looked_at().says().rows(update(message).values(turn_id=2)),
    ),
    "two notices": (
        "I4: several notices",
        lambda game: game.is_ended().posts(game.notice(), "once more"),
    ),
    "two cases": (
        "I4: several cases",
        lambda game: game.is_ended().tells_again(),
    ),
    "an opinion told twice": (
        "E35: the moderators heard more often of ['f1']",
        lambda game: game.is_ended().says_of_it().tells_again(),
    ),
    "an opinion that nobody is told": (
        "E35: the moderators never heard",
        lambda game: game.is_ended().says_of_it().rows(update(feedback).values(told=False)),
    ),
    "an end without its notice": (
        "I5: conversation 1 ended without a notice",
        lambda game: game.is_ended().rows(update(ending).values(notice="")),
    ),
    "an end whose steps are not done": (
        "I5: conversation 1 is ended, its ending is not",
        lambda game: game.is_ended().rows(update(ending).values(step="noticed")),
    ),
    "an end without its lock": (
        "I5: conversation 1 ended and is not locked",
        lambda game: game.is_ended().unlocked(),
    ),
    "a state that the log does not tell": (
        "I9: conversation 1 is erased, the log says active",
        lambda game: game.rows(update(conversation).values(state="erased")),
    ),
    "a standing that the log does not tell": (
        "I9: ann is clear, the log says warned",
        lambda game: game.is_warned().rows(update(participant).values(standing="clear")),
    ),
    "a log that contradicts itself": (
        "I9: x: ann was clear, not warned",
        lambda game: game.note(before="ann warned", after="clear"),
    ),
    "a warned person without a warning": (
        "ann is warned without a warning",
        lambda game: game.is_warned().rows(update(participant).values(warned=None)),
    ),
    "somebody asked without a question": (
        "ann is confirming with confirming=None",
        lambda game: game.is_asked().rows(update(participant).values(confirming=None)),
    ),
    "two reminders within half an hour": (
        "E32: ann was reminded twice",
        lambda game: game.reminds((True, 0), (False, 1799)),
    ),
    "two pointers": (
        "E32: ann was shown the pointer twice",
        lambda game: game.reminds((True, 0), (True, 1800)),
    ),
    "a sign without a pointer": ("E32: ann was reminded without ever", lambda game: game.reminds((False, 0))),
    "two resource cards within two hours": (
        "E17: the card was shown twice",
        lambda game: game.place.crisis.extend([("t1", 0), ("t1", 7199)]),
    ),
    "a row of an erased conversation": (
        "I8: message still has rows of the erased conversations {1}",
        lambda game: game.cut_loose().rows(delete(conversation)),
    ),
    "a word of an erased conversation": (
        "I8: message still has words that were erased",
        lambda game: game.watch.erased.add(game.sent[0].text),
    ),
    "a word of a deleted message": (
        "the text of a deleted message stands in its row",
        lambda game: game.world.deleted.add(game.sent[0].text),
    ),
    "a turn that never ends": (
        "liveness: conversation 1 (active) still has turn 1",
        lambda game: game.rows(
            update(conversation).values(active_turn=1), update(turn).values(state="running")
        ),
    ),
    "an ending that never ends": (
        "liveness: conversation 1 (ending) never finished",
        lambda game: game.rows(update(conversation).values(state="ending")),
    ),
    "a message that waits": (
        "leaves message 1 waiting",
        lambda game: game.rows(update(message).values(turn_id=None)),
    ),
    "an open conversation in a locked thread": (
        "E36: conversation 1 (active) goes on in a thread that we have locked",
        lambda game: game.place.locked.add("t1"),
    ),
    "a reply that still looks busy": (
        "still has its Stop button",
        lambda game: setattr(next(iter(game.place.posts.values())), "working", True),
    ),
}


@pytest.mark.parametrize("what", AT_REST)
def test_what_must_be_true_at_rest_is_seen_where_it_is_not(game: Planting, what: str) -> None:
    """I4, I5, I8, I9, E17, E32, E36: nothing is wrong before the plant, and this is after it."""
    law, plant = AT_REST[what]
    assert game.wrong() == []
    plant(game)
    assert seen(game, law), game.wrong()
