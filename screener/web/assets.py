"""The files of static/, each under a name that changes with its content."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Asset:
    """One static file. `name` is unique to its content, so browsers may keep it forever."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def load_assets(directory: Path) -> dict[str, Asset]:
    """Every file of a folder, by its plain name."""
    return {path.name: _asset(path) for path in sorted(directory.iterdir()) if path.is_file()}


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:10]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type in ("text/css", "text/javascript", "application/javascript"):
        media_type = media_type.replace("application/", "text/") + "; charset=utf-8"
    return Asset(f"{path.stem}.{digest}{path.suffix}", media_type, content)
