"""Counts instructions: runs subjects under valgrind, and tells it in between when to count.

A program that runs under valgrind asks it for something by a sequence of instructions that do nothing elsewhere. It is
written down here for the processors on which it is known, so that no compiler is needed.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import re
import shutil
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Callgrind", "command", "totals", "unavailable"]

# valgrind.h: the request's address is put where valgrind looks for it, then come four rotations that add up to none,
# and an exchange of a register with itself.
_REQUESTS: Final = {"x86_64": "4889f8 4889f2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3"}
_RUNNING_ON_VALGRIND: Final = 0x1001
_CALLGRIND: Final = ord("C") << 24 | ord("T") << 16


@final
class Callgrind:
    """What a program says to the callgrind it runs under.

    Attributes:
        dumps: How many files it has had written.

    Raises:
        RuntimeError: It does not run under valgrind.
    """

    def __init__(self) -> None:
        code = bytes.fromhex(_REQUESTS[platform.machine()])
        self._page = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._page.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._call = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong)(address)
        if not self._request(_RUNNING_ON_VALGRIND):
            raise RuntimeError("this process does not run under valgrind")
        self.dumps = 0

    def start(self) -> None:
        """Begin to count."""
        self._request(_CALLGRIND + 4)

    def zero(self) -> None:
        """Count from here."""
        self._request(_CALLGRIND + 1)

    def dump(self) -> None:
        """Write what was counted into the next file."""
        self._request(_CALLGRIND)
        self.dumps += 1

    def stop(self) -> None:
        """Count no more."""
        self._request(_CALLGRIND + 5)

    def _request(self, number: int) -> int:
        arguments = (ctypes.c_ulong * 6)(number)
        answer: int = self._call(ctypes.addressof(arguments), 0)
        return answer


def unavailable() -> str | None:
    """Return why instructions cannot be counted here, or None."""
    if platform.system() != "Linux":
        return "instructions are counted on Linux only"
    if platform.machine() not in _REQUESTS:
        return f"instructions are counted on {' and '.join(_REQUESTS)} only, and this is {platform.machine()}"
    if shutil.which("valgrind") is None:
        return "valgrind is not installed (on Debian: apt-get install valgrind)"
    return None


def command(program: list[str], output: Path) -> list[str]:
    """Return what runs a program under callgrind, which counts nothing until it is told to."""
    return ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}", *program]


def totals(output: Path) -> list[int]:
    """Return the instructions of every dump that a program has asked for, in order."""
    dumps = sorted(output.parent.glob(f"{output.name}.*"), key=lambda path: int(path.suffix[1:]))
    return [_total(path) for path in dumps]


def _total(path: Path) -> int:
    found = re.search(r"^totals: (\d+)$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{path.name}: callgrind has written no total")
    return int(found[1])
