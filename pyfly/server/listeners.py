"""Takes the port before anything else starts, and says plainly why when it cannot."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING

from pyfly.server.errors import ServerError
from pyfly.server.ports import Listener

if TYPE_CHECKING:
    from pyfly.server.settings import ServerSettings

__all__ = ["bind", "check_tls"]


def bind(settings: ServerSettings, *, keep: bool = True) -> Listener:
    """Bind the port that the settings name.

    Args:
        settings: Host and port to take.
        keep: Whether the socket is kept; False only tells whether the port is to be had, for a server that binds by
            itself.

    Returns:
        Where to listen, with the real port when the settings say 0.

    Raises:
        ServerError: The host is unknown, or the port is in use or needs privileges.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # On Windows this option lets two servers share a port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise ServerError(_explain(error, settings)) from error
    host, port = listening.getsockname()[:2]
    if not keep:
        listening.close()
        return Listener(host, port, None)
    listening.set_inheritable(True)
    return Listener(host, port, listening)


def _explain(error: OSError, settings: ServerSettings) -> str:
    where = f"{settings.host}:{settings.port}"
    if isinstance(error, socket.gaierror):
        return f"cannot listen on {where}: there is no host {settings.host!r}; use a name or address of this machine"
    if error.errno == errno.EADDRINUSE:
        return f"cannot listen on {where}: the port is in use; stop what listens there, or choose another port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"cannot listen on {where}: not permitted; choose a port from 1024 upwards"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"cannot listen on {where}: no interface has this address; use 127.0.0.1, or 0.0.0.0 for all of them"
    return f"cannot listen on {where}: {error.strerror or error}"


def check_tls(settings: ServerSettings) -> None:
    """Read the certificate and its key once, so that every server refuses bad ones in the same words.

    Raises:
        ServerError: A file cannot be read, is not PEM, does not fit the other, or needs another password.
    """
    if settings.ssl_certfile is None or settings.ssl_keyfile is None:
        return
    for file in (settings.ssl_certfile, settings.ssl_keyfile):
        try:
            file.open("rb").close()
        except OSError as error:
            raise ServerError(f"cannot read the TLS file {file}: {error.strerror or error}") from error
    password = settings.ssl_keyfile_password
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.ssl_certfile,
            settings.ssl_keyfile,
            # Without a callable, OpenSSL would ask the terminal.
            lambda: "" if password is None else password.get_secret_value(),
        )
    except ssl.SSLError as error:
        what = error.reason or str(error)
        raise ServerError(
            f"cannot use the TLS files {settings.ssl_certfile} and {settings.ssl_keyfile}: {what}; "
            "expected a certificate chain and its private key in PEM form, and the key's password if it has one"
        ) from error
