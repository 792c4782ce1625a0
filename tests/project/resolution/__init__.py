import pytest

pytest.register_assert_rewrite("tests.project.resolution.cases")
