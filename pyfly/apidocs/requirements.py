"""The ways to be let in, checked against the security schemes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from pyfly.apidocs.errors import DocumentationError
from pyfly.metadata import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyfly.apidocs.info import ApiInfo
    from pyfly.metadata import SourceLocation
    from pyfly.web.operations import SecurityRequirement

__all__ = ["Requirements", "is_combined"]


@final
class Requirements:
    """Writes requirements as either document has them.

    Args:
        info: Which schemes there are.
    """

    __slots__ = ("_schemes",)

    def __init__(self, info: ApiInfo) -> None:
        self._schemes = info.security_schemes

    def faults(
        self, requirements: Iterable[SecurityRequirement] | None, source: SourceLocation | None, subject: str
    ) -> Iterator[DocumentationError]:
        """Yield an error for each scheme that does not exist.

        Args:
            requirements: What is required.
            source: Where that was written.
            subject: Whose requirements they are, for messages.
        """
        for requirement in requirements or ():
            for name in _alternative(requirement):
                if name not in self._schemes:
                    known = ", ".join(sorted(self._schemes)) or "none"
                    yield DocumentationError(
                        source,
                        f'{subject} requires the security scheme "{name}", which ApiInfo does not have',
                        did_you_mean(name, self._schemes, otherwise=f"known are: {known}"),
                    )

    def openapi(self, requirements: Iterable[SecurityRequirement]) -> list[dict[str, list[str]]]:
        """Return requirements as OpenAPI security requirement objects."""
        return [{name: list(scopes) for name, scopes in _alternative(each).items()} for each in requirements]

    def asyncapi(self, requirements: Iterable[SecurityRequirement]) -> list[dict[str, Any]]:
        """Return requirements as AsyncAPI has them: one scheme each, with the scopes needed inside."""
        security: list[dict[str, Any]] = []
        for requirement in requirements:
            for name, scopes in _alternative(requirement).items():
                if scopes:
                    security.append(self._schemes[name].asyncapi(tuple(scopes)))
                else:
                    security.append({"$ref": f"#/components/securitySchemes/{name}"})
        return security


def is_combined(requirement: SecurityRequirement) -> bool:
    """Tell whether a requirement is anything but a single scheme."""
    return len(_alternative(requirement)) != 1


def _alternative(requirement: SecurityRequirement) -> Mapping[str, Sequence[str]]:
    return {requirement: ()} if isinstance(requirement, str) else requirement
