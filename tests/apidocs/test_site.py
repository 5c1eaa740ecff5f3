from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from pyfly.apidocs import ApiInfo
from pyfly.apidocs.documents import documents_of
from pyfly.apidocs.site import document_text, site_files
from pyfly.errors import MissingExtraError
from tests.apidocs.documents import context_of
from tests.apidocs.showcase import CustomerController


def test_documents_tell_what_the_bean_says_of_the_api() -> None:
    context = context_of(CustomerController)
    assert documents_of(context).openapi["info"]["title"] == "API"
    context.container.register_instance(ApiInfo(title="Shop"))
    documents = documents_of(context)
    assert [document["info"]["title"] for document in documents] == ["Shop", "Shop"]


def test_text_of_a_document_is_the_same_each_time(openapi: dict[str, Any]) -> None:
    text = document_text(openapi)
    assert text == document_text(json.loads(text))
    assert text.endswith("}\n")
    assert document_text({"title": "Straße"}) == '{\n  "title": "Straße"\n}\n'


def test_files_hold_both_documents(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> None:
    files = site_files(openapi, asyncapi)
    assert json.loads(files["openapi.json"]) == openapi
    assert json.loads(files["asyncapi.json"]) == asyncapi
    assert files["index.html"].startswith(b"<!doctype html>")


def test_viewer_is_needed_only_for_websockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncapi_viewer", None)
    assert "index.html" in site_files({}, {"channels": {}})
    with pytest.raises(MissingExtraError, match="Showing WebSocket endpoints needs asyncapi-viewer"):
        site_files({}, {"channels": {"a": {}}})
