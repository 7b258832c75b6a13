"""The rules of the game: whatever can happen, in any order; after each move every invariant is examined."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.cards import Verb
from bot.types import Mode, Next, Restart, Risk
from tests.proof.actors import CALLS, MODEL_ERRORS, OPINIONS, Line
from tests.proof.proof import PEOPLE, Proof, Weather

STEPS: Counter[str] = Counter()
"""How often each kind of move was made, over all examples of this run."""

KINDS = ("open", "show", "finish", "post", "beside", "close", "reopen", "remind", "tell", "write", "read")
FAULTS = {kind: tuple(Weather)[1:] for kind in KINDS} | {
    "write": (Weather.LATE, Weather.SLOW),
    "read": (Weather.LATE, Weather.SLOW),
}
FORECAST = tuple((kind, weather) for kind in KINDS for weather in FAULTS[kind])
WORDS = (
    "unique",
    "unique",
    "yes",
    "end this chat",
    "no",
    "> yes",
    "```yes```",
    "yes?",
    "",
    " \n",
    "I want to die",
)

who = st.sampled_from(sorted(PEOPLE))
some = st.integers(0, 8)
which = st.integers(0, 5)
texts = st.sampled_from(("Well.", "Let us go on.", " ", "\n\n", "é☃"))
parts = st.one_of(
    texts,
    st.sampled_from(CALLS),
    st.sampled_from(CALLS),
    st.just(Restart()),
    st.just(Weather.LATE),
    st.sampled_from((Next.DONE, Next.CUT, Next.REFUSED, Next.OVERFLOW)),
    st.sampled_from(MODEL_ERRORS),
)
lines: st.SearchStrategy[Line] = st.lists(parts, min_size=0, max_size=4).map(tuple)
one_call: st.SearchStrategy[Line] = st.sampled_from(CALLS).map(lambda call: ("Well.", call))
habits = st.lists(st.one_of(st.just(("ok",)), one_call, one_call, lines), min_size=1, max_size=3).map(tuple)


class Game(RuleBasedStateMachine):
    """Everything that people, platforms, models and machines do to a conversation."""

    proof: Proof | None = None

    @initialize(
        habit=habits,
        redirections=st.sampled_from((2, 2, 3)),
        breaker=st.sampled_from((1, 50)),
        mode=st.sampled_from(("on", "on", "on", "on", "shadow", "off")),
    )
    def start(self, habit: tuple[Line, ...], redirections: int, breaker: int, mode: str) -> None:
        self.proof = Proof(redirections=redirections, breaker=breaker, mode=mode, habit=habit)

    @property
    def game(self) -> Proof:
        assert self.proof is not None
        return self.proof

    def thread(self, which: int) -> str:
        """The first thread most often: depth is worth more than breadth."""
        threads = self.game.threads
        return threads[max(0, which - 2) % len(threads)]

    @rule(who=who, which=which, word=st.sampled_from(WORDS), addressed=st.booleans())
    def says(self, who: str, which: int, word: str, addressed: bool) -> None:  # noqa: FBT001 - drawn
        text = f"unique {self.game.count} words" if word == "unique" else word
        self.game.say(who, self.thread(which), text, addressed=addressed)

    @rule(who=who, which=which, times=st.integers(2, 4))
    def goes_on_and_on(self, who: str, which: int, times: int) -> None:
        for _ in range(times):
            text = f"unique {self.game.count} silly bot"
            self.game.say(who, self.thread(which), text, addressed=True)

    @rule(which=some)
    def delivered_again(self, which: int) -> None:
        self.game.deliver(-which - 1)

    @rule(line=lines)
    def the_model_will_say(self, line: Line) -> None:
        self.game.minds.lines.append(line)

    @rule(line=one_call)
    def the_model_will_call(self, line: Line) -> None:
        self.game.minds.lines.append(line)

    @rule(habit=habits)
    def the_model_takes_another_habit(self, habit: tuple[Line, ...]) -> None:
        self.game.minds.habit = habit

    @rule(how=st.sampled_from((*OPINIONS, "error", "late agree", "late deny")))
    def the_second_opinion_will_be(self, how: str) -> None:
        self.game.minds.verdicts.append(how)

    @rule(what=st.sampled_from((*(str(risk) for risk in Risk), "error", "none")), late=st.booleans())
    def the_detector_will_say(self, what: str, late: bool) -> None:  # noqa: FBT001 - drawn
        self.game.minds.risks.append((what, late))

    @rule(change=st.sampled_from(FORECAST))
    def the_weather_changes(self, change: tuple[str, Weather]) -> None:
        kind, weather = change
        self.game.world.weather[kind].append(weather)

    @rule(which=some)
    def a_gate_opens(self, which: int) -> None:
        self.game.world.open(which)

    @rule()
    def all_gates_open(self) -> None:
        self.game.world.open_all()

    @rule(who=who, verb=st.sampled_from(Verb), which=which)
    def presses(self, who: str, verb: Verb, which: int) -> None:
        self.game.press(who, verb, which // 2)

    @rule(who=who, which=which)
    def presses_end(self, who: str, which: int) -> None:
        self.game.press(who, Verb.END, which // 2)

    @rule(who=who, verb=st.sampled_from(Verb), conversation=st.integers(0, 3))
    def presses_something_stale(self, who: str, verb: Verb, conversation: int) -> None:
        self.game.press_stale(who, verb, conversation, "stale")

    @rule(who=who, which=which)
    def commands_end(self, who: str, which: int) -> None:
        self.game.ask(who, self.thread(which))

    @rule(who=who, which=which)
    def commands_new(self, who: str, which: int) -> None:
        self.game.begin(who, self.thread(which))

    @rule(who=who, which=which)
    def commands_stop_or_reopen(self, who: str, which: int) -> None:
        ref, person = self.game.ref(self.thread(which)), PEOPLE[who]
        act = self.game.assistant.stop if which % 2 else self.game.assistant.reopen
        self.game.do(act(ref, person))

    @rule(who=who, conversation=st.integers(1, 4), which=some)
    def branches(self, who: str, conversation: int, which: int) -> None:
        self.game.branch(who, conversation, which)

    @rule(who=who, which=which, wrong=st.booleans())
    def says_what_they_think_of_it(self, who: str, which: int, wrong: bool) -> None:  # noqa: FBT001 - drawn
        self.game.complain_of(who, self.thread(which), appeal=wrong)

    @rule(who=who, which=which)
    def releases_the_hold(self, who: str, which: int) -> None:
        self.game.do(self.game.assistant.release(self.game.ref(self.thread(which)), PEOPLE[who]))

    @rule(who=who, which=which, mode=st.sampled_from(Mode))
    def sets_the_mode(self, who: str, which: int, mode: Mode) -> None:
        self.game.do(self.game.assistant.set_mode(self.game.ref(self.thread(which)), PEOPLE[who], mode))

    @rule(sure=st.integers(0, 9))
    def the_workspace_is_erased(self, sure: int) -> None:
        if sure == 0:
            self.game.erase()

    @rule(what=st.sampled_from(("lock", "unlock", "unlock", "delete")), which=which)
    def by_hand(self, what: str, which: int) -> None:
        self.game.hand(what, self.thread(which))

    @rule(which=some, delete=st.booleans())
    def a_message_changes(self, which: int, delete: bool) -> None:  # noqa: FBT001 - drawn
        self.game.change(-which - 1, delete=delete)

    @rule(seconds=st.sampled_from((1, 9, 61, 601, 1801, 7201, 24 * 3600)))
    def time_passes(self, seconds: int) -> None:
        self.game.loop.advance(seconds)

    @rule(after=st.integers(0, 40))
    def the_process_will_die(self, after: int) -> None:
        self.game.life.left = after

    @rule()
    def the_process_dies(self) -> None:
        self.game.crash()

    @rule()
    def the_process_is_restarted(self) -> None:
        self.game.stop_and_start()

    @rule()
    def all_trouble_ends(self) -> None:
        self.game.settle()

    @invariant()
    def nothing_is_broken(self) -> None:
        if self.proof is not None:
            STEPS["moves"] += 1
            self.proof.after_step()

    def teardown(self) -> None:
        if self.proof is not None:
            try:
                self.proof.settle()
            finally:
                self.proof.close()
                STEPS["examples"] += 1
