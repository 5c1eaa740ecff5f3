"""The root of every error pyfly raises on its own account."""

__all__ = ["MissingExtraError", "PyflyError"]


class PyflyError(Exception):
    """Base of all pyfly errors; its text says where, what and how to put it right."""


class MissingExtraError(PyflyError, ImportError):
    """An optional dependency is needed and not installed.

    Attributes:
        package: The distribution that is missing.
        extra: The pyfly extra that brings it.
        purpose: What it is needed for.
    """

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        super().__init__(package)
        self.package = package
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[object, ...]:
        return _missing_extra, (self.package, self.extra, self.purpose)

    def __str__(self) -> str:
        return f"{self.purpose} needs {self.package}, which is not installed; run: pip install 'pyfly[{self.extra}]'"


def _missing_extra(package: str, extra: str, purpose: str) -> MissingExtraError:
    """Make the error again where it was pickled, since its arguments are given by name."""
    return MissingExtraError(package, extra=extra, purpose=purpose)
