"""The real client, pointed at the double and at nothing else."""

from anthropic import AsyncAnthropic

from .double import ClaudeDouble


def client_of(claude: ClaudeDouble, *, key: str | None = None, retries: int = 0) -> AsyncAnthropic:
    """Make a client for the double; without retries, so that every failure is seen."""
    return AsyncAnthropic(api_key=key or claude.key, base_url=claude.url, max_retries=retries)
