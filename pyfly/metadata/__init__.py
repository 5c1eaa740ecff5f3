"""Metadata: descriptors, path templates, and the registry that keeps them."""

from pyfly.metadata.aliases import is_alias, open_alias, open_variables, strip_aliases, substitute
from pyfly.metadata.annotations import resolve_annotations
from pyfly.metadata.descriptors import Descriptor
from pyfly.metadata.errors import DeclarationError, DeclarationErrors, UnresolvedAnnotationError, gathering
from pyfly.metadata.generics import base_aliases, close_variables, type_arguments
from pyfly.metadata.memory import remembered
from pyfly.metadata.methods import Method
from pyfly.metadata.path_templates import Converter, PathTemplate, PathTemplateError, PathVariable
from pyfly.metadata.refusals import keeping_refusals, refuse, refusing
from pyfly.metadata.registry import Declaration, Member, MetadataRegistry, default_registry
from pyfly.metadata.signatures import Parameter, parameters_of, read_signature
from pyfly.metadata.source import SourceLocation
from pyfly.metadata.wording import did_you_mean, label_of, with_article

__all__ = [
    "Converter",
    "Declaration",
    "DeclarationError",
    "DeclarationErrors",
    "Descriptor",
    "Member",
    "MetadataRegistry",
    "Method",
    "Parameter",
    "PathTemplate",
    "PathTemplateError",
    "PathVariable",
    "SourceLocation",
    "UnresolvedAnnotationError",
    "base_aliases",
    "close_variables",
    "default_registry",
    "did_you_mean",
    "gathering",
    "is_alias",
    "keeping_refusals",
    "label_of",
    "open_alias",
    "open_variables",
    "parameters_of",
    "read_signature",
    "refuse",
    "refusing",
    "remembered",
    "resolve_annotations",
    "strip_aliases",
    "substitute",
    "type_arguments",
    "with_article",
]
