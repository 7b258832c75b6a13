"""What holds for every test: properties are searched the same way at each run, and nothing is timed."""

from __future__ import annotations

from hypothesis import settings

# A search that begins anew each time finds its rare cases in somebody else's change; the long game does that.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
