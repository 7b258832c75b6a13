"""What holds for every test: properties are searched in the same way, nothing is timed, logs are plain."""

from __future__ import annotations

import structlog
from hypothesis import settings

# A search that begins anew each time finds its rare cases in somebody else's change; the long game does that.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# Where Rich is installed (mutmut brings it), each logged traceback would take more than a second.
structlog.configure(
    processors=[
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if isinstance(each, structlog.dev.ConsoleRenderer)
        else each
        for each in structlog.get_config()["processors"]
    ]
)
