"""Stories: the program as a process, told from end to end."""

import pytest

pytest.register_assert_rewrite("tests.stories.kit", "tests.stories.crash")
