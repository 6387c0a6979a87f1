"""`python -m screener.cli`."""

from __future__ import annotations

import sys

from screener.cli import main

sys.exit(main())
