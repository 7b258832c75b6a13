"""Both models looked up at start: a wrong key and an unknown model are named before anybody writes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from bot.claude.failures import Passing, translated
from bot.config import Config
from bot.config.model import OWN_BASE_URL
from bot.errors import ModelError

if TYPE_CHECKING:
    from bot.claude.client import Api

_KEY: Final = (
    "ANTHROPIC_API_KEY: {host} says that {what}. Make a key at"
    " https://platform.claude.com/settings/keys and set it in the environment."
)
_NO_KEY: Final = "ANTHROPIC_API_KEY: {host} wants a key, and none is set. Set it in the environment."


def compatible(config: Config) -> bool:
    """Whether another server than Anthropic's own is meant, of which less can be expected."""
    return config.claude.base_url not in ("", OWN_BASE_URL)


async def check(api: Api, config: Config) -> list[str]:
    """One line a problem, each with its remedy; the capabilities that a model lacks are noted on the way.

    A compatible server that does not know this request is believed to have the model. Raises `ModelError`
    where nobody answers, for that is no problem of the configuration.
    """
    named = {config.assistant.small_model: "assistant.small_model", config.assistant.model: "assistant.model"}
    problems: list[str] = []
    for model, key in reversed(named.items()):
        try:
            with translated(api.redact):
                async with asyncio.timeout(api.limits.check):
                    info = await api.sdk.models.retrieve(model)
        except Passing:
            raise
        except ModelError as error:
            found = _problem(error, key, model, config)
            if found and found not in problems:
                problems.append(found)
            if error.kind != "not_found_error":
                break
        else:
            problems += _unfit(api, info, key, model, config)
    return problems


def _problem(error: ModelError, key: str, model: str, config: Config) -> str:
    ours = compatible(config)
    host = config.claude.base_url or OWN_BASE_URL
    if error.kind == "authentication_error":
        has_key = bool(config.secrets.anthropic_api_key.get_secret_value())
        return (
            _KEY.format(host=host, what="it is wrong or was revoked")
            if has_key
            else _NO_KEY.format(host=host)
        )
    if error.kind == "permission_error":
        return _KEY.format(host=host, what=f"it may not use {model}")
    if error.kind == "not_found_error":
        # Only a server that names the model has looked for it; others do not have this request at all.
        if ours and model not in str(error):
            return ""
        return (
            f"{key}: {host} does not know the model {model!r}. Compare its spelling with"
            " https://platform.claude.com/docs/en/about-claude/models, or with the server's own list."
        )
    return "" if ours else f"claude: {host} refused to describe {model!r} ({error})."


def _unfit(api: Api, info: Any, key: str, model: str, config: Config) -> list[str]:
    """What a described model cannot do; servers that describe less are believed to do everything."""
    problems = []
    if getattr(info, "lifecycle", None) == "retired":
        problems.append(f"{key}: the model {model!r} is retired. Choose a newer one.")
    most = getattr(info, "max_tokens", None)
    if key == "assistant.model" and isinstance(most, int) and config.assistant.max_output_tokens > most > 0:
        problems.append(
            f"assistant.max_output_tokens: {model!r} writes {most} tokens at most. Set it to that, or less."
        )
    can = getattr(info, "capabilities", None)
    if getattr(getattr(can, "effort", None), "supported", None) is False:
        api.features.lacks(model, "effort")
    elif (
        getattr(getattr(getattr(can, "effort", None), config.assistant.effort, None), "supported", None)
        is False
    ):
        problems.append(
            f"assistant.effort: {model!r} does not know {config.assistant.effort!r}. Choose another."
        )
    if getattr(getattr(can, "structured_outputs", None), "supported", None) is False:
        api.features.lacks(model, "format")
        api.features.lacks(model, "strict")
    return problems
