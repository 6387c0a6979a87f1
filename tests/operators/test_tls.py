"""The TLS settings of deploy/nginx.conf, as testssl.sh and OpenSSL see them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.needs import need, need_program
from tests.privacy.test_nginx import SHIPPED, Front, nginx
from tests.running import free_port

WITHOUT_CIPHERS = re.sub(r" +ssl_ciphers [^;]+;\n", "", SHIPPED)
"""What the control has: nginx's own choice of ciphers."""


@contextmanager
def started(folder: Path, config: str = SHIPPED) -> Iterator[Front]:
    with nginx(folder, free_port(), watch=False, config=config) as front:
        yield front


def s_client(port: int, *options: str, sent: str = "") -> str:
    """What OpenSSL's client says."""
    need_program("openssl")
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options]
    done = subprocess.run(
        command, input=sent, capture_output=True, text=True, timeout=30, check=False
    )
    return done.stdout + done.stderr


def handshake(port: int, *options: str) -> bool:
    """Whether OpenSSL comes to an agreement."""
    said = s_client(port, *options)
    return "Verify return code" in said and "Cipher is (NONE)" not in said


OLD = ("-cipher", "ALL:@SECLEVEL=0")
NO_FORWARD_SECRECY = ("-tls1_2", "-cipher", "kRSA:@SECLEVEL=0")
CBC = ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:@SECLEVEL=0")


def test_only_what_is_strong_is_offered(tmp_path: Path) -> None:
    with started(tmp_path) as front:
        assert handshake(front.tls, "-tls1_3")
        assert handshake(front.tls, "-tls1_2")
        assert not handshake(front.tls, "-tls1", *OLD)
        assert not handshake(front.tls, "-tls1_1", *OLD)
        assert not handshake(front.tls, *NO_FORWARD_SECRECY)
        assert not handshake(front.tls, *CBC)
        said = s_client(front.tls, "-tls1_2")
        assert "Secure Renegotiation IS supported" in said
        assert "Compression: NONE" in said
        assert "no renegotiation" in s_client(front.tls, "-tls1_2", sent="R\n")


def test_the_check_would_see_weak_ciphers(tmp_path: Path) -> None:
    assert WITHOUT_CIPHERS != SHIPPED
    with started(tmp_path, WITHOUT_CIPHERS) as front:
        assert handshake(front.tls, *NO_FORWARD_SECRECY)
        assert handshake(front.tls, *CBC)


@pytest.mark.slow
def test_testssl_finds_nothing(tmp_path: Path) -> None:
    """Protocols and kinds of ciphers; the other checks take a minute: docs/security.md."""
    program = shutil.which("testssl") or shutil.which("testssl.sh")
    need(program, "testssl.sh")
    report = tmp_path / "report.json"
    with started(tmp_path) as front:
        options = "--quiet --color 0 --warnings off -n none --ip 127.0.0.1 -p -s".split()
        command = [str(program), *options, "--jsonfile", str(report), f"127.0.0.1:{front.tls}"]
        subprocess.run(command, capture_output=True, timeout=240, check=False)
    found = {each["id"]: each for each in json.loads(report.read_text("utf-8"))}
    found.pop("engine_problem", None)  # of the OpenSSL that testssl.sh runs
    assert {id for id, each in found.items() if each["severity"] not in ("OK", "INFO")} == set()
    offered = {id: found[id]["finding"] for id in ("SSLv2", "SSLv3", "TLS1", "TLS1_1")}
    assert all(finding.startswith("not offered") for finding in offered.values()), offered
    assert all(found[id]["finding"].startswith("offered") for id in ("TLS1_2", "TLS1_3"))
    weak = ("cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW",
            "cipherlist_3DES_IDEA")  # fmt: skip
    assert {found[id]["finding"] for id in weak} == {"not offered"}
    assert found["cipherlist_STRONG"]["finding"] == "offered"
