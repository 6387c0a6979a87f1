"""`python -m screener.cli`."""

from __future__ import annotations

import sys

from screener.cli.commands import main

sys.exit(main())
