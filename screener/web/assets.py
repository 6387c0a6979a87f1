"""The files of static/, each under a name that changes with its content."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Asset:
    """One static file. `name` is unique to its content, so browsers may keep it forever."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


_IMPORT = re.compile(rb'"\./([a-z]+\.js)"')
"""A module named in another: `import "./engine.js"`."""


def load_assets(directory: Path) -> dict[str, Asset]:
    """Every file of a folder, by its plain name. A script imports others by their unique names."""
    files = {path.name: path for path in sorted(directory.iterdir()) if path.is_file()}
    found: dict[str, Asset] = {}

    def load(name: str) -> Asset:
        if name not in found:
            found[name] = _asset(files[name], _IMPORT.sub(unique_name, files[name].read_bytes()))
        return found[name]

    def unique_name(match: re.Match[bytes]) -> bytes:
        return f'"./{load(match[1].decode()).name}"'.encode()

    return {name: load(name) for name in files}


def _asset(path: Path, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:10]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type in ("text/css", "text/javascript", "application/javascript"):
        media_type = media_type.replace("application/", "text/") + "; charset=utf-8"
    return Asset(f"{path.stem}.{digest}{path.suffix}", media_type, content)
