"""Rules for a request's own fields."""

from collections.abc import Mapping
from typing import Any, Final

from ..catalogue import ModelFacts  # noqa: TID252
from ..errors import invalid  # noqa: TID252
from ..prompt import Body  # noqa: TID252
from .schemas import check_strict_schema

COUNT_FIELDS: Final = frozenset(
    {
        "cache_control",
        "messages",
        "model",
        "output_config",
        "speed",
        "system",
        "thinking",
        "tool_choice",
        "tools",
        "user_profile_id",
        "workspace_id",
    },
)
CREATE_FIELDS: Final = COUNT_FIELDS | {
    "container",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "metadata",
    "service_tier",
    "stop_sequences",
    "stream",
}
BETA_FIELDS: Final = frozenset(
    {
        "billing_policy",
        "compaction",
        "context_management",
        "fallback_credit_token",
        "fallbacks",
        "mcp_servers",
        "thread",
    },
)
SAMPLING: Final = ("temperature", "top_p", "top_k")
CHOICES: Final[Mapping[str, set[str]]] = {
    "service_tier": {"auto", "standard_only"},
    "speed": {"standard", "fast"},
}
MAX_USER_ID: Final = 256


def check_fields(body: Body, model: str, facts: ModelFacts, *, counting: bool, beta: bool) -> None:
    """Refuse unknown, missing and ill-typed top-level fields."""
    for name in SAMPLING:
        if name in body:
            raise invalid(f"{name}: `{name}` is not supported by this API version.")
    known = (COUNT_FIELDS if counting else CREATE_FIELDS) | (BETA_FIELDS if beta else frozenset())
    for name in body:
        if name not in known:
            raise invalid(f"{name}: Extra inputs are not permitted")
    if not counting:
        _check_max_tokens(body, model, facts)
    for name, allowed in CHOICES.items():
        if body.get(name) is not None and body[name] not in allowed:
            raise invalid(f"{name}: Input should be one of {sorted(allowed)}")
    _check_stream_and_stops(body)
    _check_metadata(body.get("metadata"))
    _check_format(body.get("output_config"))


def require_keys(value: object, place: str, required: set[str], optional: set[str]) -> dict[str, Any]:
    """Return a value that is an object with these keys and no others."""
    if not isinstance(value, dict):
        raise invalid(f"{place}: Input should be a valid dictionary or object")
    for key in sorted(required):
        if value.get(key) is None:
            raise invalid(f"{place}.{key}: Field required")
    for key in value:
        if key not in required | optional:
            raise invalid(f"{place}.{key}: Extra inputs are not permitted")
    return value


def _check_max_tokens(body: Body, model: str, facts: ModelFacts) -> None:
    if body.get("max_tokens") is None:
        raise invalid("max_tokens: Field required")
    value = body["max_tokens"]
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("max_tokens: Input should be a valid integer")
    # 0 warms the cache and generates nothing: types/message_create_params.py says so.
    if value < 0:
        raise invalid("max_tokens: Input should be greater than or equal to 0")
    if value > facts.max_tokens:
        raise invalid(
            f"max_tokens: {value} > {facts.max_tokens}, which is the maximum allowed number of output tokens "
            f"for {model}",
        )


def _check_stream_and_stops(body: Body) -> None:
    if not isinstance(body.get("stream", False), bool):
        raise invalid("stream: Input should be a valid boolean")
    stops = body.get("stop_sequences", [])
    if not isinstance(stops, list) or not all(isinstance(stop, str) for stop in stops):
        raise invalid("stop_sequences: Input should be a valid list of strings")
    if not all(stop.strip() for stop in stops):
        raise invalid("stop_sequences: each stop sequence must contain non-whitespace")


def _check_metadata(metadata: object) -> None:
    if metadata is None:
        return
    user = require_keys(metadata, "metadata", set(), {"user_id"}).get("user_id")
    if user is not None and (not isinstance(user, str) or len(user) > MAX_USER_ID):
        raise invalid(f"metadata.user_id: String should have at most {MAX_USER_ID} characters")


def _check_format(config: object) -> None:
    if config is None:
        return
    form = require_keys(config, "output_config", set(), {"effort", "format"}).get("format")
    if form is None:
        return
    place = "output_config.format"
    form = require_keys(form, place, {"type", "schema"}, set())
    if form["type"] != "json_schema":
        raise invalid(f"{place}.type: Input should be 'json_schema'")
    check_strict_schema(form["schema"], f"{place}.schema")
