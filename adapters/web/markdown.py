"""Markdown to HTML that is safe to show: no raw HTML, no images, links only to the web and to mail."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

_SAFE = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
# A sentence often ends behind an address: what ends it is no part of it.
_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'*_~])")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
# A last line that may still become something else: a fence, a rule, a list, a heading, a table.
_UNDECIDED = re.compile(r"^\s*(`{1,2}|~{1,2}|[-=*_+#>|:\s]+|\d{1,9}[.)]?)$")
_HALF_LINK = re.compile(r"!?\[([^\]\n]*)(?:\](?:\([^)\s]*)?)?$")


def _neutral(state: StateCore) -> None:
    """Fit for a page with its own headings and without inline styles."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.children:
            token.children = _addresses(token.children)
        style = str(token.attrs.pop("style", ""))
        if style.startswith("text-align:"):
            token.attrSet("class", style.removeprefix("text-align:"))


def _addresses(children: list[Token]) -> list[Token]:
    """Make links of bare addresses, outside of links and code."""
    found: list[Token] = []
    inside = 0
    for token in children:
        inside += token.nesting if token.type.startswith("link_") else 0
        if token.type != "text" or inside or "://" not in token.content:
            found.append(token)
            continue
        for at, part in enumerate(_ADDRESS.split(token.content)):
            text = Token("text", "", 0, content=part)
            if at % 2:
                href: dict[str, str | int | float] = {"href": part}
                found += [Token("link_open", "a", 1, attrs=href), text, Token("link_close", "a", -1)]
            elif part:
                found.append(text)
    return found


def _link(
    self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    _env: MutableMapping[str, Any],
) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, _env)


def _code(
    _self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: MutableMapping[str, Any],
) -> str:
    words = tokens[index].info.split()
    label = escapeHtml(words[0]) if words else "Code"
    return (
        f'<div class="code"><div class="code-head"><span>{label}</span>'
        '<button type="button" class="copy">Copy</button></div>'
        f'<pre tabindex="0" role="region" aria-label="{label}"><code>'
        f"{escapeHtml(tokens[index].content)}</code></pre></div>\n"
    )


def _table(*_: Any) -> str:
    return '<div class="table" tabindex="0" role="region" aria-label="Table"><table>\n'


def _end_table(*_: Any) -> str:
    return "</table></div>\n"


def _make() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
    markdown.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    markdown.validateLink = lambda url: bool(_SAFE.match(url.strip()))  # type: ignore[method-assign]
    markdown.core.ruler.push("neutral", _neutral)
    rules = {
        "link_open": _link,
        "fence": _code,
        "code_block": _code,
        "table_open": _table,
        "table_close": _end_table,
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


_MARKDOWN = _make()


@lru_cache(maxsize=256)
def render(text: str) -> str:
    """A finished text as HTML."""
    return str(_MARKDOWN.render(text))


def render_growing(text: str) -> str:
    """A text that still grows: what is half written is closed or held back, so that nothing flickers."""
    return str(_MARKDOWN.render(steady(text)))


def steady(text: str) -> str:
    """Close or hold back what the next words may turn into something else."""
    head, _, last = text.rpartition("\n")
    if _UNDECIDED.match(last) or (_inside_code(head) and _closing(last)):
        text, last = head, ""
    if _inside_code(text):
        return text
    paragraph = text.rpartition("\n\n")[2]
    if paragraph.count("`") % 2 and not _FENCE.match(last):
        return text[:-1] if text.endswith("`") else text + "`"
    text = _HALF_LINK.sub(r"\1", text)
    if paragraph.count("**") % 2:
        return text[:-2] if text.endswith("**") else text.rstrip("*") + "**"
    return text


def _closing(line: str) -> bool:
    """Whether a line inside a code block may become its end."""
    return set(line.strip()) in ({"`"}, {"~"})


def _inside_code(text: str) -> bool:
    """Whether a fenced code block is open at the end of `text`."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if not match:
            continue
        if not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return bool(fence)
