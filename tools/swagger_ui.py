"""Brings the copy of Swagger UI that the documentation page shows OpenAPI documents with.

The copy is pinned: its manifest names the version of the npm package ``swagger-ui-dist``, the integrity hash that the
registry gave for it, and the hash of each file as it is kept.

    python -m tools.swagger_ui                    fetch the pinned version again
    python -m tools.swagger_ui --version 5.36.0   move the pin
    python -m tools.swagger_ui --check            compare the copy with its manifest, without any network
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "swagger-ui-dist"
TARGET = Path(__file__).resolve().parents[1] / "pyfly" / "apidocs" / "vendor" / "swagger-ui"
MANIFEST = TARGET / "manifest.json"
KEPT = ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE")

# The maps are not kept, and a browser's tools would ask for them.
_SOURCE_MAP = re.compile(rb"\n*(?:/\*# sourceMappingURL=[^*\n]*\*/|//# sourceMappingURL=[^\n]*)\n*\Z")


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.swagger_ui", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", help="the version to pin; by default the pinned one is fetched again")
    parser.add_argument("--check", action="store_true", help="only compare the copy with its manifest")
    options = parser.parse_args(arguments)
    pinned: dict[str, Any] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    if options.check:
        faults = differences(pinned)
        print("\n".join(faults) or f"{PACKAGE} {pinned['version']}: {len(pinned['files'])} files as pinned")
        return 1 if faults else 0
    version = options.version or pinned["version"]
    integrity = pinned["integrity"] if version == pinned.get("version") else published_integrity(version)
    files = extract(fetch(version, integrity))
    write(version, integrity, files)
    print(f"{PACKAGE} {version}: {sum(map(len, files.values())) // 1024} KiB in {len(files)} files")
    return 0


def differences(pinned: dict[str, Any]) -> list[str]:
    """Return what is wrong with the copy."""
    if not pinned:
        return [f"{MANIFEST}: there is no manifest; run python -m tools.swagger_ui --version VERSION"]
    there = {file.name: hash_of(file.read_bytes()) for file in TARGET.iterdir() if file != MANIFEST}
    names = sorted({*there, *pinned["files"]})
    return [
        f"{TARGET / name}: expected {pinned['files'].get(name, 'no such file')}, got {there.get(name, 'no such file')}"
        for name in names
        if there.get(name) != pinned["files"].get(name)
    ]


def published_integrity(version: str) -> str:
    """Return the integrity hash that the registry gives for a version."""
    answer = npm("view", f"{PACKAGE}@{version}", "dist.integrity", "--json")
    integrity = json.loads(answer) if answer.strip() else None
    if not isinstance(integrity, str):
        sys.exit(f"there is no {PACKAGE} {version}")
    return integrity


def fetch(version: str, integrity: str) -> bytes:
    """Return the package's archive, once its hash has been compared."""
    with tempfile.TemporaryDirectory() as directory:
        npm("pack", f"{PACKAGE}@{version}", "--pack-destination", directory)
        (archive,) = Path(directory).iterdir()
        content = archive.read_bytes()
    algorithm, _, expected = integrity.partition("-")
    got = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    if got != expected:
        sys.exit(f"{PACKAGE} {version}: expected {algorithm}-{expected}, got {algorithm}-{got}")
    return content


def extract(archive: bytes) -> dict[str, bytes]:
    """Return the files to keep, without their references to source maps."""
    files: dict[str, bytes] = {}
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as members:
            for name in KEPT:
                member = members.extractfile(f"package/{name}")
                if member is None:
                    sys.exit(f"{PACKAGE} has no {name} any more")
                content = member.read()
                files[name] = _SOURCE_MAP.sub(b"\n", content) if name.endswith((".js", ".css")) else content
    return files


def write(version: str, integrity: str, files: dict[str, bytes]) -> None:
    """Replace the copy and its manifest."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for file in TARGET.iterdir():
        file.unlink()
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
    hashes = {name: hash_of(content) for name, content in sorted(files.items())}
    manifest = {"package": PACKAGE, "version": version, "integrity": integrity, "files": hashes}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


def hash_of(content: bytes) -> str:
    """Return a file's hash as the manifest writes it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def npm(*arguments: str) -> str:
    """Run npm, whose own configuration says where packages come from."""
    done = subprocess.run(["npm", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed:\n{done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
