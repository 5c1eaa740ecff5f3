from pyfly.context import SettingsError
from pyfly.errors import PyflyError


def test_one_problem_is_the_message() -> None:
    assert str(SettingsError(["PYFLY_DEBUG: wrong"])) == "PYFLY_DEBUG: wrong"


def test_several_problems_are_listed_and_counted() -> None:
    error = SettingsError(["PYFLY_DEBUG: wrong", "PYFLY_PORT: wrong"])
    assert isinstance(error, PyflyError)
    assert error.problems == ("PYFLY_DEBUG: wrong", "PYFLY_PORT: wrong")
    assert str(error) == "2 settings are wrong:\n  PYFLY_DEBUG: wrong\n  PYFLY_PORT: wrong"
