"""The copy of Swagger UI, and the tool that brings it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from tools import swagger_ui
from tools.swagger_ui import KEPT, MANIFEST, TARGET, differences, extract, fetch, main, write


def archive_of(**contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in KEPT:
            content = contents.get(name.replace(".", "_").replace("-", "_"), b"text\n")
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(swagger_ui, "TARGET", tmp_path)
    monkeypatch.setattr(swagger_ui, "MANIFEST", tmp_path / "manifest.json")
    return tmp_path


def test_copy_is_the_pinned_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out.endswith("5 files as pinned\n")


def test_copy_is_licensed_and_without_source_maps() -> None:
    assert "Apache License" in (TARGET / "LICENSE").read_text()
    assert {file.name for file in TARGET.iterdir()} == {*KEPT, MANIFEST.name}
    assert not any(b"sourceMappingURL" in file.read_bytes() for file in TARGET.iterdir())


def test_references_to_source_maps_are_cut() -> None:
    files = extract(
        archive_of(
            swagger_ui_css=b"a{}\n/*# sourceMappingURL=swagger-ui.css.map*/",
            swagger_ui_bundle_js=b"a();\n//# sourceMappingURL=swagger-ui-bundle.js.map\n",
        )
    )
    assert (files["swagger-ui.css"], files["swagger-ui-bundle.js"]) == (b"a{}\n", b"a();\n")


def test_changes_by_hand_are_found(target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("1.0.0", "sha512-x", extract(archive_of()))
    assert main(["--check"]) == 0
    (target / "NOTICE").write_text("other")
    (target / "added.js").write_text("")
    (target / "LICENSE").unlink()
    assert main(["--check"]) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        str(target / name) for name in ("LICENSE", "NOTICE", "added.js")
    ]


def test_copy_without_a_manifest_is_told(target: Path) -> None:
    assert differences({}) == [
        f"{target / 'manifest.json'}: there is no manifest; run python -m tools.swagger_ui --version VERSION"
    ]


def test_archive_with_another_hash_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def pack(*arguments: str) -> str:
        Path(arguments[-1], "package.tgz").write_bytes(archive_of())
        return ""

    monkeypatch.setattr(swagger_ui, "npm", pack)
    with pytest.raises(SystemExit, match=r"swagger-ui-dist 1\.0\.0: expected sha512-AAAA, got sha512-"):
        fetch("1.0.0", "sha512-AAAA")


def test_new_version_is_pinned_with_its_hashes(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_of()
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"

    def answer(*arguments: str) -> str:
        if arguments[0] == "view":
            return json.dumps(integrity)
        Path(arguments[-1], "package.tgz").write_bytes(archive)
        return ""

    monkeypatch.setattr(swagger_ui, "npm", answer)
    assert main(["--version", "2.0.0"]) == 0
    pinned = json.loads((target / "manifest.json").read_text())
    assert (pinned["version"], pinned["integrity"], sorted(pinned["files"])) == ("2.0.0", integrity, sorted(KEPT))
    assert main([]) == 0
