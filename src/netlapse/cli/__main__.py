"""`python -m netlapse.cli`, where the `netlapse` script is not on the path."""

from __future__ import annotations

import sys

from netlapse.cli import main

if __name__ == "__main__":
    sys.exit(main())
