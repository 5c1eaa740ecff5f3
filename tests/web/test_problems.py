from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyfly.web import Problem, ProblemError


def test_problem_of_a_status_is_titled_with_its_words() -> None:
    assert json.loads(Problem.of_status(404).to_json()) == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_members_that_are_none_are_left_out() -> None:
    problem = Problem(title="Gone", status=410, detail=None, instance="/orders/1")
    assert json.loads(problem.to_json()) == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "instance": "/orders/1",
    }


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (413, "Content Too Large"),
        (422, "Unprocessable Content"),
        (499, "Client Error"),
        (599, "Server Error"),
    ],
)
def test_titles_do_not_depend_on_the_python(status: int, title: str) -> None:
    assert Problem.of_status(status).title == title


def test_problem_error_carries_every_member() -> None:
    error = ProblemError(
        403,
        "Your balance is 30.",
        title="Out of credit",
        type="https://example.com/probs/out-of-credit",
        instance="/account/12345",
        headers={"Retry-After": "60"},
        balance=30,
        accounts=("/account/12345",),
    )
    assert json.loads(error.problem.to_json()) == {
        "type": "https://example.com/probs/out-of-credit",
        "title": "Out of credit",
        "status": 403,
        "detail": "Your balance is 30.",
        "instance": "/account/12345",
        "balance": 30,
        "accounts": ["/account/12345"],
    }
    assert error.status == 403
    assert error.headers == {"Retry-After": "60"}
    assert str(error) == "403 Your balance is 30."


def test_problem_error_without_detail_shows_its_title() -> None:
    assert str(ProblemError(404)) == "404 Not Found"


def test_extension_that_json_does_not_know_is_written_as_text() -> None:
    error = ProblemError(500, place=Path("/tmp"), strange=complex(1, 2), ratio=float("nan"), other=object)
    members = json.loads(error.problem.to_json())
    assert members["place"] == "/tmp"
    assert members["ratio"] is None
    assert members["other"] == "<class 'object'>"


@pytest.mark.parametrize("status", [200, 399, 600])
def test_problem_error_refuses_a_status_that_is_no_failure(status: int) -> None:
    with pytest.raises(ValueError, match=f"a problem has a status from 400 to 599, got {status}"):
        ProblemError(status)
