"""What a set-up gets wrong, found before people do: `adieu doctor`. Nothing in here changes anything."""

from bot.doctor.finding import Check, Finding, Level

__all__ = ["Check", "Finding", "Level"]
