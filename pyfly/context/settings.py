"""What can be set about an application."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Settings"]


class Settings(BaseModel):
    """Settings of the framework itself; subclass it to add an application's own.

    Without settings of its own, a context reads these from the environment (``PYFLY_DEBUG=1``) and from ``.env``.

    Attributes:
        debug: Whether answers to failed requests may show what failed, to developers.
        docs: Whether the page that documents the API is served; None serves it where `debug` is on.
        docs_path: Where that page is served; its documents and assets are below it.
        sse_keep_alive: Seconds of silence after which an event stream sends a comment, so that proxies keep it open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    debug: bool = False
    docs: bool | None = None
    docs_path: str = "/docs"
    sse_keep_alive: float = Field(default=15.0, gt=0, allow_inf_nan=False)

    @property
    def serves_docs(self) -> bool:
        """Whether the page that documents the API is served."""
        return self.debug if self.docs is None else self.docs

    @field_validator("docs_path")
    @classmethod
    def _check_docs_path(cls, value: str) -> str:
        if not re.fullmatch(r"(/[\w~-][\w.~-]*)+", value, re.ASCII):
            raise ValueError("Input should be a path without variables, such as '/docs'")
        return value
