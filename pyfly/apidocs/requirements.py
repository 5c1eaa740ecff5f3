"""The ways to be let in, checked against the security schemes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.security import BearerAuth
from pyfly.metadata import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.info import ApiInfo
    from pyfly.apidocs.security import SecurityScheme
    from pyfly.metadata import SourceLocation
    from pyfly.web.operations import SecurityRequirement

__all__ = ["Requirements"]

_ASSUMED: Final = "bearer"


@final
class Requirements:
    """Writes requirements as either document has them.

    Args:
        info: Which schemes there are.

    Attributes:
        schemes: The schemes by name; one that was assumed, for want of any other, is among them.
    """

    __slots__ = ("_of_api", "schemes")

    def __init__(self, info: ApiInfo) -> None:
        self.schemes: Final[dict[str, SecurityScheme]] = dict(info.security_schemes)
        self._of_api = info.security

    def of(self, described: DescribedEndpoint[Any]) -> tuple[SecurityRequirement, ...] | None:
        """Return the ways to be let in to an endpoint; None for those of the whole API.

        What ``@operation`` tells comes first. What ``@authenticated`` or ``@requires`` ask for is then written for each
        way of the whole API, else for each scheme there is; where there is none, a bearer token is assumed.
        """
        if described.security is not None:
            return described.security
        if described.permits_all and self._of_api:
            return ()
        if described.access is None:
            return None
        if not self.schemes:
            self.schemes[_ASSUMED] = BearerAuth()
        ways = self._of_api or tuple(self.schemes)
        needed = described.access.scopes
        return tuple(
            {name: [*dict.fromkeys((*scopes, *needed))] for name, scopes in _alternative(way).items()} for way in ways
        )

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
                if name not in self.schemes:
                    known = ", ".join(sorted(self.schemes)) or "none"
                    yield DocumentationError(
                        source,
                        f'{subject} requires the security scheme "{name}", which ApiInfo does not have',
                        did_you_mean(name, self.schemes, otherwise=f"known are: {known}"),
                    )

    def openapi(self, requirements: Iterable[SecurityRequirement]) -> list[dict[str, list[str]]]:
        """Return requirements as OpenAPI security requirement objects."""
        return [{name: list(scopes) for name, scopes in _alternative(each).items()} for each in requirements]

    def asyncapi(self, requirements: Iterable[SecurityRequirement]) -> list[dict[str, Any]]:
        """Return requirements as AsyncAPI has them: one scheme each, with the scopes needed inside."""
        security: list[dict[str, Any]] = []
        for requirement in requirements:
            for name, scopes in _alternative(requirement).items():
                written = self.schemes[name].asyncapi(tuple(scopes))
                # Schemes that know no scopes are all the same.
                reference = {"$ref": f"#/components/securitySchemes/{name}"}
                security.append(written if "scopes" in written else reference)
        return security

    def is_beyond_asyncapi(self, requirement: SecurityRequirement) -> bool:
        """Tell whether AsyncAPI has no words for a requirement: several schemes at once, or scopes of any scheme."""
        schemes = _alternative(requirement)
        return len(schemes) != 1 or any(
            scopes and "scopes" not in self.schemes[name].asyncapi(tuple(scopes)) for name, scopes in schemes.items()
        )


def _alternative(requirement: SecurityRequirement) -> Mapping[str, Sequence[str]]:
    return {requirement: ()} if isinstance(requirement, str) else requirement
