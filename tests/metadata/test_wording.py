import pytest

from pyfly.metadata import did_you_mean, label_of, with_article


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [("sesion", '"{}"', 'did you mean "session"?'), ("sesion", "x.{}", "did you mean x.session?"), (3, "{}", "none")],
)
def test_nearest_name_is_asked_for(name: object, shown: str, expected: str) -> None:
    assert did_you_mean(name, ["session", "request"], shown=shown, otherwise="none") == expected


def test_labels_leave_out_enclosing_functions() -> None:
    class Chat:
        def join(self) -> None: ...

    assert (label_of(Chat), label_of(Chat.join)) == ("Chat", "Chat.join")


def test_private_names_are_no_answer_to_public_ones() -> None:
    assert did_you_mean("testcapi", ["_testcapi"]) == ""
    assert did_you_mean("_testcap", ["_testcapi"]) == 'did you mean "_testcapi"?'


def test_names_must_be_as_alike_as_demanded() -> None:
    assert did_you_mean("ecoh", ["echo"]) == 'did you mean "echo"?'
    assert did_you_mean("ecoh", ["echo"], cutoff=0.8) == ""


@pytest.mark.parametrize(
    "shown",
    [
        *("an int", "an Item", "an Order", "an Email", "an Updater", "an Unknown", "an HTTPClient", "an API"),
        *("a str", "a User", "a UUID", "a Unit", "a Europe", "a OneTimeCode", "a Store", "a Host"),
    ],
)
def test_articles_go_by_how_a_name_is_spoken(shown: str) -> None:
    assert with_article(shown.partition(" ")[2]) == shown
