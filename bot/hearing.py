"""Who is answered in a thread that is already there."""

from __future__ import annotations

from bot.config import Config
from bot.types import Conversation, Incoming, Participant, Standing


def answers(config: Config, incoming: Incoming, here: Conversation, known: Participant | None) -> bool:
    """Whether a message gets an answer: `reply_to` decides (E7, E13).

    Who is out for their behaviour (`known.warned`) stays out; who asked to be left alone may mention us.
    """
    if known is not None and known.standing is Standing.OUT:
        return known.warned is None and incoming.addressed
    if incoming.addressed or here.thread.direct:
        return True
    rule = getattr(getattr(config, here.thread.platform, None), "reply_to", "starter")
    return rule == "everyone" or (rule == "starter" and incoming.author.id == here.starter.id)
