"""Rules for tools and tool_choice."""

import re
from typing import Any, Final

from ..catalogue import ModelFacts  # noqa: TID252
from ..errors import invalid  # noqa: TID252
from ..prompt import Body  # noqa: TID252
from .fields import require_keys
from .schemas import check_strict_schema

NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
TOOL_KEYS: Final = frozenset(
    {
        "allowed_callers",
        "cache_control",
        "defer_loading",
        "description",
        "eager_input_streaming",
        "input_examples",
        "input_schema",
        "name",
        "strict",
        "type",
    },
)
FORCING: Final = frozenset({"any", "tool"})


def check_tools(body: Body) -> None:
    """Refuse tools that are ill-formed or named twice; server tools are not looked into."""
    tools = body.get("tools")
    if tools is None:
        return
    if not isinstance(tools, list):
        raise invalid("tools: Input should be a valid list")
    names: set[str] = set()
    for at, tool in enumerate(tools):
        if not isinstance(tool, dict):
            raise invalid(f"tools.{at}: Input should be a valid dictionary or object")
        if tool.get("type", "custom") in {None, "custom"}:
            _check_tool(tool, f"tools.{at}.custom")
        if tool.get("name") in names:
            raise invalid("tools: Tool names must be unique.")
        names.add(str(tool.get("name")))


def check_tool_choice(body: Body, model: str, facts: ModelFacts) -> None:
    """Refuse forcing where the model may not be forced, and a choice without tools."""
    choice = body.get("tool_choice")
    if choice is None:
        return
    choice = require_keys(choice, "tool_choice", {"type"}, {"disable_parallel_tool_use", "name"})
    kind = choice["type"]
    if kind not in {"auto", "none"} | FORCING:
        raise invalid("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    if ("name" in choice) != (kind == "tool"):
        raise invalid("tool_choice.name: belongs to type 'tool' and only there")
    if kind == "none" and "disable_parallel_tool_use" in choice:
        raise invalid("tool_choice.disable_parallel_tool_use: Extra inputs are not permitted")
    if kind in FORCING and not facts.forced_tools:
        raise invalid(f"tool_choice: type '{kind}' is not supported on {model}")
    if not body.get("tools"):
        raise invalid("tool_choice: `tool_choice` may only be specified while providing `tools`.")
    if kind == "tool" and choice["name"] not in {tool["name"] for tool in body["tools"]}:
        raise invalid(f"tool_choice: Tool '{choice['name']}' not found in provided tools")


def _check_tool(tool: dict[str, Any], place: str) -> None:
    require_keys(tool, place, {"name", "input_schema"}, set(TOOL_KEYS))
    if not isinstance(tool["name"], str) or not NAME.fullmatch(tool["name"]):
        raise invalid(f"{place}.name: String should match pattern '^{NAME.pattern}$'")
    if not isinstance(tool.get("description", ""), str):
        raise invalid(f"{place}.description: Input should be a valid string")
    if not isinstance(tool.get("strict", False), bool):
        raise invalid(f"{place}.strict: Input should be a valid boolean")
    schema = tool["input_schema"]
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise invalid(f"{place}.input_schema.type: Input should be 'object'")
    if tool.get("strict"):
        check_strict_schema(schema, f"{place}.input_schema")
