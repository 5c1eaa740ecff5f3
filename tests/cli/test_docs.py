from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from pyfly.cli import exporting
from tests.cli.conftest import ECHO

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]

SHOP = """\
from pyfly.apidocs import ApiInfo
from pyfly.container import bean, configuration, rest_controller
from pyfly.web import QueryParam, get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@configuration
class Told:
    @bean
    def info(self) -> ApiInfo:
        return ApiInfo(title="Shop", version="2.0.0")


@rest_controller
@request_mapping("/orders")
class OrderController:
    @get_mapping("/{number}")
    async def find(self, number: int, verbose: QueryParam[bool] = False) -> dict[str, int]:
        return {"number": number}

    @websocket_mapping("/talk")
    async def talk(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
"""
CHANGED = SHOP.replace(", verbose: QueryParam[bool] = False", ", page: QueryParam[int] = 0")
BROKEN = """\
from pyfly.container import rest_controller
from pyfly.web import get_mapping


@rest_controller
class Broken:
    @get_mapping("/{a}")
    async def find(self, b: int) -> str:
        return ""
"""


@pytest.fixture(autouse=True)
def shop(write: Write) -> Path:
    return write("shop.py", SHOP)


def parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_documents_go_to_files(pyfly: Pyfly, directory: Path) -> None:
    result = pyfly("docs", "export", "shop.py", "--openapi", "api/openapi.json", "--asyncapi", "asyncapi.json")
    assert (result.exit_code, result.stdout) == (0, "wrote api/openapi.json\nwrote asyncapi.json\n")
    assert parsed(directory / "api" / "openapi.json")["info"] == {"title": "Shop", "version": "2.0.0"}
    assert [each["address"] for each in parsed(directory / "asyncapi.json")["channels"].values()] == ["/orders/talk"]
    again = pyfly("docs", "export", "shop.py", "--openapi", "api/openapi.json")
    assert (again.exit_code, again.stdout) == (0, "api/openapi.json is up to date\n")


@pytest.mark.parametrize("kind", ["openapi", "asyncapi"])
def test_a_document_goes_to_stdout_alone(pyfly: Pyfly, kind: str) -> None:
    result = pyfly("docs", "export", "shop.py", f"--{kind}", "-", "--site", "public")
    assert result.exit_code == 0
    assert kind in json.loads(result.stdout)
    assert result.stderr.startswith("wrote public (")


def test_site_holds_page_documents_and_assets(pyfly: Pyfly, directory: Path) -> None:
    result = pyfly("docs", "export", "shop.py", "--site", "public", "--server", "https://api.example.com")
    site = directory / "public"
    files = [path for path in site.rglob("*") if path.is_file()]
    assert (result.exit_code, result.stdout) == (0, f"wrote public ({len(files)} of {len(files)} files)\n")
    assert 'data-server="https://api.example.com"' in (site / "index.html").read_text(encoding="utf-8")
    assert {path.name for path in site.iterdir()} == {"assets", "index.html", "openapi.json", "asyncapi.json"}
    assert pyfly("docs", "export", "shop.py", "--site", "public").stdout == f"wrote public (1 of {len(files)} files)\n"
    assert pyfly("docs", "export", "shop.py", "--site", "public").stdout == "public is up to date\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "nothing to write; give --openapi FILE, --asyncapi FILE or --site DIRECTORY"),
        (("--openapi", "-", "--asyncapi", "-"), "two documents cannot both go to stdout; give one of them a file"),
        (("--openapi", "a.json", "--asyncapi", "./a.json"), "two documents cannot both go to a.json; give each a file"),
        (("--openapi", "-", "--watch"), "--watch writes files, not stdout; give the document a file"),
        (("--openapi", "a.json", "--server", "https://a.test"), "--server is for the page of --site;"),
        (("--site", "a", "--server", "a.test"), "--server is an address such as https://api.example.com, got"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(pyfly: Pyfly, options: tuple[str, ...], told: str) -> None:
    result = pyfly("docs", "export", "shop.py", *options)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_faults_of_a_target_are_told_as_everywhere(pyfly: Pyfly, write: Write, directory: Path) -> None:
    write("broken.py", BROKEN)
    result = pyfly("docs", "export", "broken.py", "--openapi", "openapi.json")
    assert result.exit_code == 1
    assert result.stderr.startswith('broken.py:7: error: path "/{a}" has no variable for parameter "b"')
    assert not (directory / "openapi.json").exists()


def test_target_without_controllers_of_ours_is_told(pyfly: Pyfly, write: Write) -> None:
    write("plain.py", "from starlette.applications import Starlette\n\napp = Starlette()\n")
    result = pyfly("docs", "export", "plain.py", "--openapi", "-")
    assert (result.exit_code, result.stderr) == (
        1,
        "plain.py: error: has no controllers to document; "
        "name a module with controllers, or an application that create_app has made\n",
    )


def test_target_with_several_contexts_is_told(pyfly: Pyfly, write: Write) -> None:
    write("echo.py", ECHO)
    write(
        "both.py",
        """\
        from starlette.applications import Starlette
        from starlette.routing import Mount

        from pyfly import create_app

        app = Starlette(routes=[Mount("/a", create_app("shop")), Mount("/b", create_app("echo"))])
        """,
    )
    result = pyfly("docs", "export", "both.py", "--openapi", "-")
    assert (result.exit_code, result.stderr) == (
        1,
        "both.py: error: has controllers of 2 contexts, expected those of one; "
        "name a module with controllers, or an application that create_app has made\n",
    )


def test_forgotten_classes_are_warned_of(pyfly: Pyfly, write: Write) -> None:
    write(
        "shop.py",
        SHOP + "\n\nclass Forgotten:\n    @get_mapping('/x')\n    async def x(self) -> str:\n        return ''\n",
    )
    result = pyfly("docs", "export", "shop.py", "--openapi", "openapi.json")
    assert result.exit_code == 0
    assert "shop.py:26: warning: " in result.stderr


def test_file_that_cannot_be_written_is_told(pyfly: Pyfly, directory: Path) -> None:
    (directory / "taken").write_text("", encoding="utf-8")
    result = pyfly("docs", "export", "shop.py", "--openapi", "taken/openapi.json")
    assert result.exit_code == 1
    assert result.stderr.startswith("taken/openapi.json: error: cannot be written: ")


def test_missing_viewer_keeps_a_site_from_being_written(
    pyfly: Pyfly, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncapi_viewer", None)
    result = pyfly("docs", "export", "shop.py", "--site", "public")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: Showing WebSocket endpoints needs asyncapi-viewer, which is not installed; "
        "run: pip install 'pyfly[docs]'\n",
    )
    assert not (directory / "public").exists()


def test_watch_writes_anew_when_a_file_changes(directory: Path, write: Write) -> None:
    log = directory / "log.txt"
    command = [sys.executable, "-m", "pyfly", "docs", "export", "shop.py", "--openapi", "openapi.json", "--watch"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=directory, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(log, "wrote openapi.json")
        write("shop.py", CHANGED)
        wait_for(log, "wrote openapi.json", times=2)
        names = [
            each["name"]
            for each in parsed(directory / "openapi.json")["paths"]["/orders/{number}"]["get"]["parameters"]
        ]
        assert names == ["number", "page"]
        write("shop.py", "import nowhere\n")
        wait_for(log, "error: cannot import")
        write("shop.py", SHOP)
        wait_for(log, "wrote openapi.json", times=3)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(log: Path, text: str, *, times: int = 1) -> None:
    deadline = time.monotonic() + 30
    while (said := log.read_text(encoding="utf-8")).count(text) < times:
        assert time.monotonic() < deadline, f"{text!r} was not printed:\n{said}"
        time.sleep(0.02)


def test_watch_without_watchfiles_names_the_extra(pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = pyfly("docs", "export", "shop.py", "--openapi", "openapi.json", "--watch")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: --watch needs watchfiles, which is not installed; run: pip install 'pyfly[standard]'\n",
    )


def test_watch_looks_at_the_directory_of_a_file_elsewhere(
    pyfly: Pyfly, tmp_path_factory: pytest.TempPathFactory, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[Path] = []

    def changes(directories: list[Path]) -> list[None]:
        watched.extend(directories)
        return []

    monkeypatch.setattr(exporting, "_changes", changes)
    elsewhere = tmp_path_factory.mktemp("elsewhere").resolve() / "shop.py"
    elsewhere.write_text(SHOP, encoding="utf-8")
    assert pyfly("docs", "export", str(elsewhere), "--openapi", "a.json", "--watch").exit_code == 0
    assert pyfly("docs", "export", "shop.py", "--openapi", "a.json", "--watch").exit_code == 0
    assert watched == [directory, elsewhere.parent, directory]


def test_nothing_has_changed(pyfly: Pyfly) -> None:
    result = pyfly("docs", "diff", "shop.py", "shop.py")
    assert (result.exit_code, result.stdout) == (0, "no changes that clients can notice\n")


def test_changes_of_a_target_are_told_at_their_handlers(pyfly: Pyfly, write: Write) -> None:
    write("now/shop.py", CHANGED)
    result = pyfly("docs", "diff", "shop.py", "now/shop.py")
    assert (result.exit_code, result.stdout) == (
        1,
        'now/shop.py:17: breaking: GET /orders/{number}: query parameter "verbose" is gone  [parameter-removed]\n'
        'now/shop.py:17: compatible: GET /orders/{number}: query parameter "page" is new  [parameter-added]\n'
        "1 breaking, 1 compatible changes\n",
    )


def test_changes_of_a_document_are_told_at_their_lines(pyfly: Pyfly, write: Write, directory: Path) -> None:
    write("now.py", CHANGED)
    pyfly("docs", "export", "now.py", "--openapi", "now.json")
    line = (directory / "now.json").read_text(encoding="utf-8").split('"/orders/{number}"')[0].count("\n") + 1
    pyfly("docs", "export", "shop.py", "--site", "public")
    result = pyfly("docs", "diff", "public", "now.json")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        f'now.json:{line}: breaking: GET /orders/{{number}}: query parameter "verbose" is gone'
    )
    assert pyfly("docs", "diff", "public", "shop").exit_code == 0


def test_what_is_gone_is_told_at_the_target(pyfly: Pyfly, write: Write) -> None:
    write("less.py", SHOP.replace("/talk", "/chat"))
    result = pyfly("docs", "diff", "shop.py", "less.py")
    assert result.stdout == (
        "less.py: breaking: WebSocket /orders/talk: the endpoint is gone  [endpoint-removed]\n"
        "less.py:21: compatible: WebSocket /orders/chat: the endpoint is new  [endpoint-added]\n"
        "1 breaking, 1 compatible changes\n"
    )


def test_changes_for_github(pyfly: Pyfly, write: Write) -> None:
    write("now.py", CHANGED)
    result = pyfly("docs", "diff", "shop.py", "now.py", "--format=github")
    assert result.stdout.splitlines()[:2] == [
        '::error file=now.py,line=17,title=parameter-removed::GET /orders/{number}: query parameter "verbose" is gone',
        '::notice file=now.py,line=17,title=parameter-added::GET /orders/{number}: query parameter "page" is new',
    ]


def test_changes_for_programs(pyfly: Pyfly, write: Write, directory: Path) -> None:
    write("now.py", CHANGED)
    result = pyfly("docs", "diff", "shop.py", "now.py", "--format=json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0] == {
        "severity": "breaking",
        "code": "parameter-removed",
        "document": "openapi",
        "endpoint": "GET /orders/{number}",
        "subject": 'query parameter "verbose"',
        "text": "is gone",
        "file": str(directory / "now.py"),
        "line": 17,
    }
    assert json.loads(pyfly("docs", "diff", "now.py", "now.py", "--format=json").stdout) == []


def test_risky_changes_fail_only_strictly(pyfly: Pyfly, write: Write) -> None:
    write("now.py", SHOP.replace('"Shop"', '"Shop", servers=[{"url": "https://b.test"}]'))
    write("old.py", SHOP.replace('"Shop"', '"Shop", servers=[{"url": "https://a.test"}]'))
    assert pyfly("docs", "diff", "old.py", "now.py").exit_code == 0
    strict = pyfly("docs", "diff", "old.py", "now.py", "--strict")
    assert strict.exit_code == 1
    assert strict.stdout.endswith("\n2 risky changes\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "other.json:1: error: expected JSON: Expecting property name enclosed in double quotes (column 2)\n"),
        (
            '{"openapi": "3.0.3"}',
            "other.json: error: expected OpenAPI 3.1, got version 3.0.3; export it anew in that version\n",
        ),
        (
            '{"asyncapi": "3.0.0"}',
            "openapi.json: error: expected a document of the same kind as other.json, which is of the kind asyncapi\n",
        ),
        (None, "other.json: error: there is no such file; write one with pyfly docs export\n"),
        (b"\xff", "other.json: error: expected JSON in UTF-8\n"),
    ],
)
def test_documents_that_cannot_be_compared_are_told(
    pyfly: Pyfly, directory: Path, content: str | bytes | None, told: str
) -> None:
    pyfly("docs", "export", "shop.py", "--openapi", "openapi.json")
    if content is not None:
        (directory / "other.json").write_bytes(content.encode() if isinstance(content, str) else content)
    result = pyfly("docs", "diff", "other.json", "openapi.json")
    assert (result.exit_code, result.stderr) == (2, told)


def test_document_that_cannot_be_read_is_told(pyfly: Pyfly, directory: Path) -> None:
    (directory / "folder.json").mkdir()
    result = pyfly("docs", "diff", "folder.json", "shop.py")
    assert result.exit_code == 2
    assert "folder.json" in result.stderr


@pytest.mark.parametrize("sides", [("broken.py", "shop.py"), ("shop.py", "broken.py")])
def test_faults_of_either_side_are_told(pyfly: Pyfly, write: Write, sides: tuple[str, str]) -> None:
    write("broken.py", BROKEN)
    result = pyfly("docs", "diff", *sides)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith('broken.py:7: error: path "/{a}" has no variable for parameter "b"')


def test_both_commands_are_in_the_help(pyfly: Pyfly) -> None:
    assert "docs" in pyfly("--help").stdout
    text = pyfly("docs", "--help").stdout
    assert "export" in text
    assert "diff" in text
