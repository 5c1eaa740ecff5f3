"""What has changed between two states of an API document, and which of it breaks clients."""

from pyfly.apidocs.changes.documents import DocumentKind, compare_documents, kind_of
from pyfly.apidocs.changes.errors import DocumentError
from pyfly.apidocs.changes.report import Change, Severity

__all__ = ["Change", "DocumentError", "DocumentKind", "Severity", "compare_documents", "kind_of"]
