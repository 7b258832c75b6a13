"""One use of a command, button or modal, as the person sees it."""

from dataclasses import dataclass, field

from .errors import Json
from .state import Channel, Flag, Message, User

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
SHOW_MODAL = 9


@dataclass(frozen=True)
class Answer:
    """The app's first answer: callback type and data."""

    type: int
    data: Json


@dataclass(eq=False)
class Interaction:
    """One use of a command, button or modal, with all that the app answered."""

    id: int
    token: str
    type: int
    user: User
    channel: Channel
    data: Json
    created: float
    on: Message | None = None
    trigger: "Interaction | None" = None
    response: Answer | None = None
    answered_at: float | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    failed: bool = False

    @property
    def done(self) -> bool:
        """Whether the app answered, or the three seconds are over."""
        return self.response is not None or self.failed

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees the answer."""
        return bool(self.message and self.message.ephemeral_for)

    @property
    def thinking(self) -> bool:
        """Whether the person still sees that the app is thinking."""
        return bool(self.message and self.message.now.flags & Flag.LOADING)

    @property
    def modal(self) -> Json | None:
        """The modal shown as the answer, if any."""
        return self.response.data if self.response and self.response.type == SHOW_MODAL else None

    @property
    def text(self) -> str:
        """What the person can read in answer: the message, then the follow-ups."""
        shown = [self.message] if self.message and self.message is not self.on else []
        return "\n".join(message.text for message in [*shown, *self.followups] if message.text)

    def __str__(self) -> str:
        answer = f"answered with type {self.response.type}" if self.response else "not answered"
        failed = ", failed" if self.failed else ""
        return f"interaction {self.id} by {self.user.name}: {answer}{failed} {self.text!r}"
