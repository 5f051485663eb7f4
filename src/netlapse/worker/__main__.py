"""`python -m netlapse.worker`: train what the pipe says, end when the pipe closes."""

from __future__ import annotations

from netlapse.worker.process import main

if __name__ == "__main__":
    main()
