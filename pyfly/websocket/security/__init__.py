"""Who may open a session, and how much sessions may take up."""

from pyfly.websocket.security.admission import Admission
from pyfly.websocket.security.denials import AdmissionDenied, DenialReason
from pyfly.websocket.security.ports import HandshakeInterceptor

__all__ = ["Admission", "AdmissionDenied", "DenialReason", "HandshakeInterceptor"]
