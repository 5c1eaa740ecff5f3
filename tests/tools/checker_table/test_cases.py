"""What a case's file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.checker_table.cases import CaseError, find_cases, read_case

MISTAKE = '''"""A handler
that waits.

Do not
wait.
"""

import asyncio


class Controller:
    @first
    @second("/x")  # error
    async def handle(
        self,
    ) -> None:
        await asyncio.sleep(1)

    async def call(self) -> None:
        for _ in self:  # error (not mypy, ty)
            pass
        await self.handle(
            1,  # error
        )
'''


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mark_stands_for_the_statement_or_the_head_of_the_definition_around_it(tmp_path: Path) -> None:
    case = read_case(write(tmp_path / "wait.py", MISTAKE), "group")
    assert [(region.first, region.last) for region in case.regions] == [(12, 16), (20, 20), (22, 24)]
    assert [sorted(region.silent) for region in case.regions] == [[], ["mypy", "ty"], []]
    assert [line in case.regions[0] for line in (11, 12, 16, 17)] == [False, True, True, False]


def test_a_case_is_shown_without_its_docstring_and_its_marks(tmp_path: Path) -> None:
    case = read_case(write(tmp_path / "wait.py", MISTAKE), "group")
    assert (case.name, case.title, case.mend) == ("group/wait", "A handler\nthat waits", "Do not wait.")
    assert case.code.startswith("import asyncio\n\n\nclass Controller:")
    assert "# error" not in case.code


def test_marks_of_types_that_are_the_same_are_read_with_the_name_that_differs(tmp_path: Path) -> None:
    text = '"""Right."""\n\nreveal_type(Controller().plain)  # same: handler\nreveal_type(mapped)  # same: handler\n'
    case = read_case(write(tmp_path / "right.py", text), "")
    assert case.reveals == {3: ("handler", "plain"), 4: ("handler", "mapped")}
    assert case.name == "right"


@pytest.mark.parametrize(
    ("text", "group", "message"),
    [
        ("x = 1\n", "", "a case says in its docstring what is done"),
        ('"""Wrong."""\n\nx = 1\n', "group", "a mistake has a line with # error, and a right form has none"),
        ('"""Right."""\n\nx = 1  # error\n', "", "a mistake has a line with # error, and a right form has none"),
    ],
)
def test_a_case_that_does_not_say_what_it_should_is_refused(
    tmp_path: Path, text: str, group: str, message: str
) -> None:
    path = write(tmp_path / "case.py", text)
    with pytest.raises(CaseError) as caught:
        read_case(path, group)
    assert str(caught.value) == f"{path}:1: {message}"


def test_mistakes_come_by_group_and_right_forms_last(tmp_path: Path) -> None:
    write(tmp_path / "accepted" / "a.py", '"""Right."""\n')
    for name in ("b/b", "a/c", "b/a"):
        write(tmp_path / "mistakes" / f"{name}.py", '"""Wrong."""\n\nx = 1  # error\n')
    assert [case.name for case in find_cases(tmp_path)] == ["a/c", "b/a", "b/b", "a"]


def test_the_same_handler_is_a_right_form_for_three_messages_and_a_mistake_for_four() -> None:
    """The two cases differ in the union alone, so it is the added message that the checkers tell."""
    cases = {case.name: case for case in find_cases()}
    right, wrong = cases["exhaustive_match"], cases["messages/missed_message"]
    handler = right.code.partition("class ChatController:")[2]
    assert handler
    assert wrong.code.partition("class ChatController:")[2] == handler
    assert "Request = Join | Say | Leave\n" in right.code
    assert "Request = Join | Say | Leave | Rename\n" in wrong.code
    assert wrong.regions[0].silent == frozenset()
