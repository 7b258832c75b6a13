"""For tests: the error a call is refused with."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refusal(call: Awaitable[Any]) -> str:
    """Make a call that must be refused; gives Slack's name for why."""
    return str((await whole_refusal(call)).get("error"))


async def whole_refusal(call: Awaitable[Any]) -> Any:
    """Make a call that must be refused; gives the whole answer."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response
