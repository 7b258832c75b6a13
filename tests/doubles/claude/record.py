"""What the double remembers: each request as it came, and how its answer went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .cache import InputUsage
from .prompt import BYTES_A_TOKEN, Body, blocks_of, prompt_tokens

Outcome = Literal["open", "complete", "error", "faulted", "cancelled"]


@dataclass(slots=True)
class RecordedResponse:
    """How one answer went; times are monotonic seconds, None while they have not come."""

    request_id: str
    status: int = 0
    outcome: Outcome = "open"
    error: str | None = None
    input: InputUsage | None = None
    usage: dict[str, Any] = field(default_factory=dict)  # as told to the client
    characters: int = 0  # of output written so far
    headers_at: float | None = None
    first_token_at: float | None = None
    last_token_at: float | None = None
    ended_at: float | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the client closed the connection before the answer was whole."""
        return self.outcome == "cancelled"

    @property
    def output_tokens(self) -> int:
        """The output that was written."""
        return -(-self.characters // BYTES_A_TOKEN)


@dataclass(slots=True)
class RecordedRequest:
    """One request as it came."""

    number: int
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: Body
    arrived: float
    response: RecordedResponse

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body.get("model"))

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return bool(self.body.get("stream"))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages as they came."""
        return list(self.body.get("messages") or ())

    @property
    def system_text(self) -> str:
        """The top-level system prompt as one text."""
        return text_of(self.body.get("system"))

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        """The offered tools by name."""
        return {str(tool.get("name")): tool for tool in self.body.get("tools") or ()}

    @property
    def last_user_text(self) -> str:
        """The text of the newest user message."""
        return next((text_of(m["content"]) for m in reversed(self.messages) if m["role"] == "user"), "")

    @property
    def user_texts(self) -> list[str]:
        """The texts of all user messages that have any, oldest first."""
        texts = (text_of(m["content"]) for m in self.messages if m["role"] == "user")
        return [text for text in texts if text]

    @property
    def tool_results(self) -> list[dict[str, Any]]:
        """The tool results in the newest user message."""
        newest = next((m["content"] for m in reversed(self.messages) if m["role"] == "user"), "")
        return [dict(block) for block in blocks_of(newest) if block.get("type") == "tool_result"]

    @property
    def output_format(self) -> dict[str, Any] | None:
        """The JSON schema asked for, if the answer is to be structured."""
        form = (self.body.get("output_config") or {}).get("format")
        return form["schema"] if form else None

    @property
    def attempt(self) -> int:
        """Which attempt of the SDK this is: 0 is the first."""
        return int(self.headers.get("x-stainless-retry-count", "0"))

    @property
    def input_tokens(self) -> int:
        """The whole input, by the double's counting."""
        return prompt_tokens(self.body)

    def line(self) -> str:
        """Say it in one line, for a dump."""
        answer = self.response
        asked = self.last_user_text[:60]
        how = f"{answer.status} {answer.outcome} {answer.error or ''}".strip()
        return f"#{self.number} {self.model} {len(self.messages)} messages, {asked!r} -> {how}"


def text_of(content: object) -> str:
    """Join the texts of content."""
    return "\n".join(str(block["text"]) for block in blocks_of(content) if block.get("type") == "text")
