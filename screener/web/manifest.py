"""The manifest: the SHA-256 of every file that is the same for everybody.

With it somebody can compare what a server sends with what a release, with the same content and
settings, makes on another machine. The JSON has the same form for a server and for an export.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

MANIFEST = "/.well-known/screener-manifest.json"
"""Where an edition has its manifest, below its prefix."""


def manifest_of(files: Mapping[str, bytes]) -> str:
    """The manifest of files by path: their bytes as sent without Content-Encoding."""
    listed = {
        path: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    }
    return json.dumps({"files": listed}, indent=1) + "\n"
