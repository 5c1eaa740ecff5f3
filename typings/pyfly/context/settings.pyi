# Generated from pyfly/context/settings.py; edit that, then run: python -m tools.stubs
"""What can be set about an application."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

__all__ = ["Settings"]

class Settings(BaseModel):
    """Settings of the framework itself; subclass it to add an application's own.

    Without settings of its own, a context reads these from the environment (``PYFLY_DEBUG=1``) and from ``.env``.

    Attributes:
        debug: Whether answers to failed requests may show what failed, to developers.
        docs: Whether the page that documents the API is served; None serves it where `debug` is on.
        docs_path: Where that page is served; its documents and assets are below it.
        health_path: Where it is told whether the application lives and is ready for clients; None for nowhere.
        sse_keep_alive: Seconds of silence after which an event stream sends a comment, so that proxies keep it open.
        backplane_url: Where the processes of an application meet, such as ``redis://127.0.0.1:6379/0``; without it each
            has its rooms for itself. Secret, as it may hold a password.
        backplane_prefix: What all names there begin with; applications that share a server need different ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    debug: bool = False
    docs: bool | None = None
    docs_path: str = "/docs"
    health_path: str | None = None
    sse_keep_alive: float = Field(default=15.0, gt=0, allow_inf_nan=False)
    backplane_url: SecretStr | None = None
    backplane_prefix: str = Field(default="pyfly", min_length=1)
    @property
    def serves_docs(self) -> bool:
        """Whether the page that documents the API is served."""
