"""What the game has found once, kept as the moves that led there: it prints them in this very form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cards import Verb
from bot.types import Category, EndConversation, Mode, Next, Reason, Restart, WarnUser
from tests.proof.machine import Game
from tests.proof.world import Weather

ASK = EndConversation("", Reason.USER_REQUEST)


@pytest.fixture
def state() -> Iterator[Game]:
    """A game; what every example must come to is examined at its end, as at the end of any other."""
    game = Game()
    yield game
    game.teardown()


def begin(state: Game, mode: str = "on") -> None:
    state.start(habit=(("ok",),), redirections=2, breaker=50, mode=mode)
    state.says(who="ann", which=0, word="unique", addressed=True)


def end(state: Game) -> None:
    state.commands_end(who="ann", which=0)
    state.presses_end(who="ann", which=0)
    state.nothing_is_broken()


@pytest.mark.parametrize("weather", [Weather.FAIL, Weather.LOST, Weather.LATE, Weather.SLOW])
def test_a_reopening_in_bad_weather_leaves_no_lock(state: Game, weather: Weather) -> None:
    """E36."""
    begin(state)
    end(state)
    state.the_weather_changes(change=("reopen", weather))
    state.commands_stop_or_reopen(who="mo", which=0)
    state.nothing_is_broken()
    state.all_trouble_ends()


@pytest.mark.parametrize("kind", ["close", "post", "beside", "tell", "write"])
@pytest.mark.parametrize("weather", [Weather.LATE, Weather.SLOW])
def test_a_reopening_while_a_step_is_on_its_way_leaves_no_lock(
    state: Game, kind: str, weather: Weather
) -> None:
    """E36."""
    begin(state)
    state.commands_end(who="ann", which=0)
    state.the_weather_changes(change=(kind, weather))
    state.presses_end(who="ann", which=0)
    state.commands_stop_or_reopen(who="mo", which=0)
    state.nothing_is_broken()
    state.all_gates_open()
    state.nothing_is_broken()
    state.all_trouble_ends()


def test_a_reopening_that_dies_with_the_process_is_shown_by_the_next_one(state: Game) -> None:
    """E36."""
    begin(state)
    end(state)
    state.the_weather_changes(change=("reopen", Weather.LATE))
    state.commands_stop_or_reopen(who="mo", which=0)
    state.the_process_dies()
    state.nothing_is_broken()
    state.all_trouble_ends()


def test_what_is_deleted_stands_in_no_branch_either(state: Game) -> None:
    """E34, I8."""
    begin(state)
    state.goes_on_and_on(times=3, who="ben", which=0)
    state.all_trouble_ends()
    state.branches(conversation=1, which=0, who="ben")
    state.all_trouble_ends()
    for which in range(4):
        state.a_message_changes(delete=True, which=which)
    state.nothing_is_broken()
    state.all_trouble_ends()


def test_two_opinions_of_one_ending_are_two_cards_and_no_second_case(state: Game) -> None:
    """E35, I4."""
    begin(state)
    end(state)
    for _ in range(2):
        state.says_what_they_think_of_it(who="ann", which=0, wrong=False)
        state.nothing_is_broken()


def test_a_model_that_is_late_and_cut_short_ends_nothing(state: Game) -> None:
    """E24, E26."""
    begin(state)
    warn = WarnUser("", Category.ABUSE)
    for line in ((Weather.LATE, ASK, Next.CUT), ("Well", Restart(), Weather.LATE, warn, Next.REFUSED)):
        state.the_model_will_say(line=line)
        state.says(who="ann", which=0, word="end this chat", addressed=True)
        state.says(who="ben", which=0, word="unique", addressed=True)
        state.all_gates_open()
        state.nothing_is_broken()
    state.presses(who="ann", verb=Verb.END, which=0)
    state.sets_the_mode(who="mo", which=0, mode=Mode.SHADOW)
    state.nothing_is_broken()
