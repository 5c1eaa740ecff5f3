"""Measure the making of the OpenAPI document of 1,000 endpoints, next to FastAPI's of the same 1,000.

Each run is a process of its own, in which both applications are built, and then asked for their document for the first
time, one before the other and in the next run the other way round. What is measured is CPU time, with the collection of
garbage put off, as `timeit` does it: which of them it falls upon is a matter of chance.
"""

# Annotations are evaluated where they stand: the models are made in a loop.

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, Field, create_model

from pyfly import create_app
from pyfly.apidocs import asyncapi_document, openapi_document
from pyfly.container import rest_controller
from pyfly.web import Body, QueryParam, get_mapping, post_mapping, request_mapping
from pyfly.web import Header as HeaderParam
from pyfly.websocket import WebSocketSession, websocket_mapping

ROOT = Path(__file__).parent.parent
ENDPOINTS = 1000
EACH = 10
"""Endpoints of one controller."""
MODELS = 100
SHARE = 0.2
"""How much of FastAPI's time is wanted at most."""


def models(number: int) -> tuple[type[BaseModel], type[BaseModel]]:
    """Make what an endpoint takes and what it answers."""
    part = create_model(f"Part{number}", name=(str, Field(min_length=1, description="Its name.")), price=(float, 0.0))
    parts: Any = GenericAlias(list, (part,))
    item = create_model(
        f"Item{number}", id=(int, ...), tags=(list[str], []), parts=(parts, []), note=(str | None, None)
    )
    return part, item


def build_fastapi(kinds: list[tuple[Any, Any]]) -> FastAPI:
    app = FastAPI()
    for number in range(ENDPOINTS):
        part, item = kinds[number % MODELS]

        async def find(
            item_id: int,
            limit: Annotated[int, Query(ge=1, le=100)] = 20,
            order: str = "name",
            x_trace: Annotated[str | None, Header()] = None,
        ) -> list[item]:  # type: ignore[valid-type]
            """Find items.

            The *newest* ones come first.
            """
            return []

        async def store(
            item_id: int,
            body: part,  # type: ignore[valid-type]
            limit: Annotated[int, Query(ge=1, le=100)] = 20,
            x_trace: Annotated[str | None, Header()] = None,
        ) -> item:  # type: ignore[valid-type]
            """Store an item.

            The *newest* ones come first.
            """

        path = f"/group{number // EACH}/items{number}/{{item_id}}"
        if number % 2:
            app.post(path, name=f"store{number}", tags=[f"group{number // EACH}"])(store)
        else:
            app.get(path, name=f"find{number}", tags=[f"group{number // EACH}"])(find)
    return app


def build_pyfly(kinds: list[tuple[Any, Any]]) -> Any:
    controllers: list[type] = []
    for group in range(ENDPOINTS // EACH):
        methods: dict[str, Any] = {}
        for number in range(group * EACH, group * EACH + EACH):
            part, item = kinds[number % MODELS]

            async def find(
                self: Any,
                item_id: int,
                limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
                order: QueryParam[str] = "name",
                x_trace: HeaderParam[str | None] = None,
            ) -> list[item]:  # type: ignore[valid-type]
                """Find items.

                The *newest* ones come first.
                """
                return []

            async def store(
                self: Any,
                item_id: int,
                body: Body[part],  # type: ignore[valid-type]
                limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
                x_trace: HeaderParam[str | None] = None,
            ) -> item:  # type: ignore[valid-type]
                """Store an item.

                The *newest* ones come first.
                """

            path = f"/items{number}/{{item_id:int}}"
            if number % 2:
                methods[f"store{number}"] = post_mapping(path)(store)
            else:
                methods[f"find{number}"] = get_mapping(path)(find)
        cls = type(f"Group{group}Controller", (), methods)
        controllers.append(rest_controller(request_mapping(f"/group{group}")(cls)))
    return create_app(*controllers)


def build_sessions(kinds: list[tuple[Any, Any]]) -> Any:
    controllers: list[type] = []
    for group in range(ENDPOINTS // EACH):
        methods: dict[str, Any] = {}
        for number in range(group * EACH, group * EACH + EACH):
            part, item = kinds[number % MODELS]

            async def talk(
                self: Any,
                session: WebSocketSession[part, item],  # type: ignore[valid-type]
                item_id: int,
                limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
            ) -> None:
                """Talk of items.

                The *newest* ones come first.
                """

            methods[f"talk{number}"] = websocket_mapping(f"/items{number}/{{item_id:int}}")(talk)
        cls = type(f"Group{group}Controller", (), methods)
        controllers.append(rest_controller(request_mapping(f"/group{group}")(cls)))
    return create_app(*controllers)


def milliseconds(work: Callable[[], dict[str, Any]], expected: str) -> float:
    """Return the CPU time of making a document, which must hold every endpoint."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    document = work()
    taken = time.process_time() - start
    gc.enable()
    assert len(document[expected]) == ENDPOINTS
    return taken * 1000


def measure(fastapi_first: bool) -> dict[str, float]:
    kinds = [models(number) for number in range(MODELS)]
    fastapi_app, pyfly_app, sessions_app = build_fastapi(kinds), build_pyfly(kinds), build_sessions(kinds)
    works = {
        "FastAPI's OpenAPI": lambda: milliseconds(fastapi_app.openapi, "paths"),
        "pyfly's OpenAPI": lambda: milliseconds(lambda: openapi_document(pyfly_app.state.context), "paths"),
        "pyfly's AsyncAPI": lambda: milliseconds(lambda: asyncapi_document(sessions_app.state.context), "channels"),
    }
    order = list(works) if fastapi_first else list(reversed(works))
    return {name: works[name]() for name in order}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5, help="processes (default: 5)")
    parser.add_argument("--one", choices=["fastapi", "pyfly"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one == "fastapi")))
        return
    measured: dict[str, list[float]] = {}
    for run in range(max(1, options.runs)):
        command = [sys.executable, __file__, "--one", "pyfly" if run % 2 else "fastapi"]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        for name, taken in json.loads(result.stdout).items():
            measured.setdefault(name, []).append(taken)
    medians = {name: statistics.median(times) for name, times in measured.items()}
    for name, median in medians.items():
        print(f"{median:8.1f} ms  {name} of {ENDPOINTS:,} endpoints")
    for name in ("pyfly's OpenAPI", "pyfly's AsyncAPI"):
        share = medians[name] / medians["FastAPI's OpenAPI"]
        print(f"{name} / FastAPI's OpenAPI: {share:.2f} (at most {SHARE} is wanted)")


if __name__ == "__main__":
    main()
