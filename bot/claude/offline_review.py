"""The offline second opinion: the same simple words as the offline model, read by rule."""

from __future__ import annotations

from bot.claude import offline_words as say
from bot.ports import Question
from bot.types import Category, Verdict

BENIGN = "The person may only be trying out what the application does with rude words."


class OfflineReviewer:
    """The `Reviewer` port without any model: counts what is there, and has no opinion on anything else."""

    async def review(self, question: Question) -> Verdict | None:
        """As the port says; None for whatever is not a matter of the few words it knows."""
        lines = question.lines
        own = [(number, text) for number, person, text in lines if person == question.person]
        if not own or question.category is not Category.ABUSE:
            return None
        rude = [number for number, text in own if say.rude(text)]
        newest, text = own[-1]
        if question.ending:
            persisting = tuple(number for number in rude if number > question.warned_after)
        else:
            persisting = tuple(number for number in rude if number == newest)
        return Verdict(
            uphold=newest in persisting and not say.crisis(text),
            crisis=any(say.crisis(text) for _, person, text in lines if person),
            category=Category.ABUSE,
            person=question.person,
            redirections=_redirections(question),
            persisting=persisting,
            benign=BENIGN,
        )


def _redirections(question: Question) -> tuple[int, ...]:
    """The turns in which this person's rude words were redirected, and not somebody else's."""
    found: list[int] = []
    heard: list[tuple[str, str]] = []
    for number, person, text in question.lines:
        if person:
            heard.append((person, text))
            continue
        own = [said for who, said in heard if who == question.person]
        if say.REDIRECTION in text and any(say.rude(said) for said in own):
            found.append(-number)
        heard = []
    return tuple(found)
