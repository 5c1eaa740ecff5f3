"""Makes ``python -m pyfly`` the ``pyfly`` command."""

import sys

from pyfly.cli import main

if __name__ == "__main__":
    sys.exit(main())
