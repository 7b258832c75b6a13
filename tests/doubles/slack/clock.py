"""Time as the double knows it: the same clock as Discord's double, so that one hand turns both."""

from tests.doubles.discord.clock import Clock, ManualClock, RealClock

__all__ = ["Clock", "ManualClock", "RealClock"]
