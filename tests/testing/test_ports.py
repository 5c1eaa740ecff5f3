"""What opens and carries connections fits the ports that the client is written against."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pyfly.testing.adapters.websockets import LiveTransport
from pyfly.testing.dialing import ApplicationDialer
from pyfly.testing.in_process import InProcessTransport
from pyfly.testing.live import LiveDialer
from pyfly.testing.ports import Dialer, Transport


@pytest.mark.parametrize(
    ("port", "cls"),
    [
        (Transport, InProcessTransport),
        (Transport, LiveTransport),
        (Dialer, ApplicationDialer),
        (Dialer, LiveDialer),
    ],
)
def test_port_is_met_with_the_same_members(port: type, cls: type) -> None:
    for name, member in vars(port).items():
        if name.startswith("_"):
            continue
        met: Any = getattr(cls, name)
        assert inspect.getdoc(met)
        if inspect.isfunction(member):
            assert len(inspect.signature(met).parameters) == len(inspect.signature(member).parameters)
        else:
            assert isinstance(met, property)
