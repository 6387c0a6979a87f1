"""The files of static/, read once, each under a name that changes with its content."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from screener.web.compression import Reply

FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One static file: `name` is unique to its content, so browsers may keep it for ever."""

    name: str
    reply: Reply


def load_assets(directory: Path) -> dict[str, Asset]:
    """Every file of a folder, by its plain name."""
    return {path.name: _asset(path) for path in sorted(directory.iterdir()) if path.is_file()}


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:10]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type in ("text/css", "text/javascript", "application/javascript"):
        media_type = media_type.replace("application/", "text/") + "; charset=utf-8"
    name = f"{path.stem}.{digest}{path.suffix}"
    return Asset(name, Reply(content, media_type=media_type, cache=FOR_EVER))
