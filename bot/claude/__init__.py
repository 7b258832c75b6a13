"""The model on Anthropic's SDK, and the honest stand-in without it. Only this package imports anthropic."""

from bot.claude.open import open_models
from bot.render import render

__all__ = ["open_models", "render"]
