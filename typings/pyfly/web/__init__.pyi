# Generated from pyfly/web/__init__.py; edit that, then run: python -m tools.stubs
"""HTTP controllers: mappings, argument binding, responses and problem details."""

from pyfly.web.decorators import delete_mapping, get_mapping, patch_mapping, post_mapping, put_mapping, request_mapping
from pyfly.web.descriptors import HttpMapping, MethodMapping, RequestMapping
from pyfly.web.errors import HandlerResultError, InvalidArgument, InvalidArgumentsError
from pyfly.web.operations import ApiResponse, Operation, operation
from pyfly.web.parameters import (
    Body,
    Cookie,
    FromBody,
    FromCookie,
    FromHeader,
    FromQuery,
    Header,
    ParameterSource,
    QueryParam,
)
from pyfly.web.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemError
from pyfly.web.security.decorators import authenticated, permit_all, requires

__all__ = [
    "PROBLEM_MEDIA_TYPE",
    "ApiResponse",
    "Body",
    "Cookie",
    "FromBody",
    "FromCookie",
    "FromHeader",
    "FromQuery",
    "HandlerResultError",
    "Header",
    "HttpMapping",
    "InvalidArgument",
    "InvalidArgumentsError",
    "MethodMapping",
    "Operation",
    "ParameterSource",
    "Problem",
    "ProblemError",
    "QueryParam",
    "RequestMapping",
    "authenticated",
    "delete_mapping",
    "get_mapping",
    "operation",
    "patch_mapping",
    "permit_all",
    "post_mapping",
    "put_mapping",
    "request_mapping",
    "requires",
]
