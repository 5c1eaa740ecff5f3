"""How the ways to be let in have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pyfly.apidocs.changes.references import Json, mapping, name_of_reference, resolve, sequence
from pyfly.apidocs.changes.report import Place

if TYPE_CHECKING:
    from pyfly.apidocs.changes.report import Report

__all__ = ["Ways", "compare_security", "ways_of_references", "ways_of_requirements"]

Ways: TypeAlias = Sequence[Mapping[str, frozenset[str]]]
"""Ways to be let in, any of which will do: what each needs, with the scopes it has to have."""

_PROSE: Final = ("description", "flows", "availableScopes", "scopes")


def ways_of_requirements(document: Json, requirements: Any) -> Ways:
    """Return the ways that OpenAPI's security requirements tell."""
    schemes = mapping(mapping(document.get("components")).get("securitySchemes"))
    return [
        {
            _named(name, resolve(document, schemes.get(name))): frozenset(map(str, sequence(scopes)))
            for name, scopes in mapping(each).items()
        }
        for each in sequence(requirements)
    ]


def ways_of_references(document: Json, schemes: Any) -> Ways:
    """Return the ways that AsyncAPI's list of schemes tells."""
    ways: list[Mapping[str, frozenset[str]]] = []
    for each in sequence(schemes):
        scheme = resolve(document, each)
        scopes = frozenset(map(str, sequence(scheme.get("scopes"))))
        ways.append({_named(name_of_reference(each), scheme): scopes})
    return ways


def compare_security(old: Ways, new: Ways, endpoint: str, report: Report) -> None:
    """Report clients that were let in and are not any more.

    Args:
        old: The ways there were; none where everybody was let in.
        new: The ways there are.
        endpoint: Whose they are.
        report: Takes note of changes.
    """
    place = Place(endpoint, "access")
    lost = [way for way in old or ({},) if not any(_suffices(way, other) for other in new or ({},))]
    won = [way for way in new or ({},) if not any(_suffices(way, other) for other in old or ({},))]
    if lost:
        report("breaking", "security-narrowed", place, f"needs {_listed(new)}, needed {_listed(old)}")
    elif won:
        report("compatible", "security-widened", place, f"needs {_listed(new)}, needed {_listed(old)}")


def _suffices(had: Mapping[str, frozenset[str]], needed: Mapping[str, frozenset[str]]) -> bool:
    return all(name in had and scopes <= had[name] for name, scopes in needed.items())


def _named(name: str, scheme: Json) -> str:
    """Return what tells a scheme apart: how it works, whatever the document calls it."""
    facts = {key: value for key, value in scheme.items() if key not in _PROSE and not key.startswith("x-")}
    kind = " ".join(str(facts[key]) for key in ("type", "scheme", "in", "name") if key in facts)
    known = {"type", "scheme", "in", "name", "bearerFormat"}
    rest = {key: value for key, value in facts.items() if key not in known}
    return " ".join(part for part in (kind or name, json.dumps(rest, sort_keys=True) if rest else "") if part)


def _listed(ways: Ways) -> str:
    texts = [" and ".join(_with_scopes(name, scopes) for name, scopes in way.items()) or "nothing" for way in ways]
    return " or ".join(texts) or "nothing"


def _with_scopes(name: str, scopes: frozenset[str]) -> str:
    return f"{name} with {', '.join(sorted(scopes))}" if scopes else name
