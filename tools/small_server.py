"""Follows the chapter "A small server" of docs/operators.md in a Debian that is booted for it.

    python -m tools.small_server FOLDER

As root, with mmdebstrap and systemd-nspawn (Debian: systemd-container); five minutes. FOLDER must
not exist, and holds the Debian afterwards; one that an earlier run left is used again. The commands
of the guide are run as they stand there, in a container that systemd boots and that has no network;
each version of the guide is the current commit. Then the servers are looked at, killed, upgraded
and put back to the former version while somebody keeps asking. Prints what was seen; exit code 1
when a command failed or something was not so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.docs_tables import GUIDE, ROOT

RELEASE = "bookworm"
PYTHON = "3.11"
"""Debian's release and its Python, for which packages are fetched."""

BOOT_TIME = 600
SAID, SEEN = "srv/said.txt", "All of it was so."

UNIT = f"""
[Unit]
Description=Follow the guide
After=nginx.service
SuccessAction=poweroff
FailureAction=poweroff

[Service]
Type=oneshot
Environment=HOME=/root PIP_QUIET=1 PIP_NO_INDEX=1 PIP_FIND_LINKS=/srv/wheels
ExecStart=/bin/bash -eu /srv/follow.sh
StandardOutput=file:/{SAID}
StandardError=inherit
"""

LOOK = r"""
ask() { curl -s -k --resolve check.example:443:127.0.0.1 -o /dev/null -w '%{http_code}' "$@"; }
so() {
    if [ "$2" = "$3" ]; then echo "  $1: $2"; return; fi
    echo "  NOT SO, $1: $2 instead of $3"
    exit 1
}
site=https://check.example

journal() { journalctl -o cat _COMM=screener --no-pager | sort | uniq -c; }
trap 'echo "Journal of the servers:"; journal' EXIT

echo 'Looked at:'
for unit in screener@8000 screener@8001 nginx; do
    so "$unit" "$(systemctl is-active $unit)" active
done
so 'home page' "$(ask $site/)" 200
so 'a step' "$(ask -d voice=me $site/check)" 200
so 'a step from another site' "$(ask -d voice=me -H 'Origin: https://evil.example' $site/check)" 403
so 'a name that is not trusted' "$(ask -H 'Host: evil.example' http://127.0.0.1:8000/)" 400

first=$(systemctl show -P MainPID screener@8000)
value() { awk -v key="$1:" '$1 == key { print $2 }' /proc/"$first"/status; }
so 'privileges' "$(value CapEff)" 0000000000000000
so 'may gain none' "$(value NoNewPrivs)" 1
so 'system calls filtered' "$(value Seccomp)" 2
so 'largest file' "$(awk '/^Max file size/ { print $4 }' /proc/"$first"/limits)" 0
so 'core dumps' "$(awk '/^Max core file size/ { print $5 }' /proc/"$first"/limits)" 0
user=$(stat -c %u /proc/"$first")
so 'a user of its own, not in the file of users' "$(grep -c ":$user:" /etc/passwd || true)" 0
[ "$user" -ge 61184 ] && echo "  user: $user"
for place in / /etc /opt/screener /tmp /var/tmp; do
    byte="prlimit --fsize=0 sh -c 'echo x >$place/x'"
    if nsenter -t "$first" -m -S "$user" sh -c "$byte" 2>/dev/null; then wrote=$place; fi
done
so 'a byte could be written' "${wrote:-nowhere}" nowhere

visits() { while [ ! -e /srv/stop ]; do ask $site/check; echo; sleep 0.1; done >/srv/visits; }
visits & visitor=$!
echo 'Killed:'
pid=$first
systemctl kill --signal=KILL screener@8000
for _ in $(seq 100); do
    pid=$(systemctl show -P MainPID screener@8000)
    if [ "$pid" != 0 ] && [ "$pid" != "$first" ]; then
        curl -fs http://127.0.0.1:8000/healthz >/dev/null && break
    fi
    sleep 0.2
done
so 'back' "$(systemctl is-active screener@8000)" active
[ "$pid" != "$first" ]
so 'started again by systemd' "$(systemctl show -P NRestarts screener@8000)" 1

echo 'Upgraded, and back:'
"""

AFTER = r"""
touch /srv/stop; wait $visitor
so 'version that runs' "$(readlink /opt/screener/venv)" FIRST
so 'servers' "$(systemctl is-active screener@8000 screener@8001 | sort -u)" active
count=$(wc -l </srv/visits)
so 'other answers than 200 meanwhile' "$(grep -vc '^200$' /srv/visits || true)" 0
[ "$count" -gt 20 ] && echo "  answers meanwhile: $count"

echo 'Without the settings:'
mv /etc/screener/settings /srv/settings
systemctl restart screener@8001 2>/dev/null || true
so 'server' "$(systemctl is-active screener@8001 || true)" activating
mv /srv/settings /etc/screener/settings
systemctl restart screener@8001
"""


def chapter(guide: str, title: str) -> str:
    """The text of a chapter."""
    return guide.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def commands(text: str) -> list[str]:
    """The blocks that are marked `sh`."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def versions(guide: str) -> tuple[str, str]:
    """The version that is installed first, and the one of the upgrade."""
    (first,) = re.findall(r"git checkout v(\S+)", chapter(guide, "A small server"))
    (second,) = re.findall(r"git checkout v(\S+)", chapter(guide, "Upgrades and going back"))
    return first, second


def script(guide: str) -> str:
    """What is run in the container: the guide's commands, and a look at what came of them."""
    first, second = versions(guide)
    nginx_only = chapter(guide, "A small server").partition("**Caddy instead of nginx:**")[0]
    install, *front = commands(nginx_only)
    upgrade = commands(chapter(guide, "Upgrades and going back"))[0]
    link, _, loop = upgrade.partition("ln -sfn ")[2].partition("\n")
    back = f"ln -sfn {link.replace(second, first)}\n{loop}"
    nginx = "cp /opt/screener/source/deploy/nginx.conf /etc/nginx/screener.conf\n"
    ours = "cp /opt/screener/source/questions*.yaml /etc/screener/\n"
    followed = [install.replace("REPOSITORY", "/srv/repository"), nginx, *front]
    after = AFTER.replace("FIRST", first)
    return "\n".join([*followed, ours, LOOK, upgrade, "cd /", back, after, f"echo '{SEEN}'\n"])


def make_debian(folder: Path, guide: str) -> None:
    """A Debian with the packages of the guide, and what its commands fetch from a network."""
    lines = guide.replace("\\\n", " ")
    install = r"^apt-get install --no-install-recommends (.+)$"
    packages = re.findall(install, lines, re.MULTILINE)[0].split()
    include = ",".join(["systemd-sysv", "dbus", *packages])
    sources = sorted(Path("/etc/apt/sources.list.d").glob("debian.sources"))
    made = ["mmdebstrap", "--variant=minbase", f"--include={include}", RELEASE, str(folder)]
    subprocess.run([*made, *map(str, sources)], check=True)


def put_in(folder: Path, guide: str) -> None:
    """The repository, the wheels, the script and the unit that runs it."""
    repository, wheels = folder / "srv/repository", folder / "srv/wheels"
    units = folder / "etc/systemd/system"
    former = [*units.rglob("*screener*"), *units.glob("nginx.service.d")]
    former += [folder / name for name in ("opt/screener", "etc/screener", "var/log/journal")]
    subprocess.run(["rm", "-rf", str(repository), *map(str, former)], check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(ROOT), str(repository)], check=True)
    for version in versions(guide):
        tag = ["git", "-C", str(repository), "tag", "-f", f"v{version}", "HEAD"]
        subprocess.run(tag, check=True, stdout=subprocess.DEVNULL)
    fetch = [sys.executable, "-m", "pip", "download", "-q", "-d", str(wheels)]
    fetch += ["--only-binary", ":all:", "--python-version", PYTHON]
    lock = ["--require-hashes", "-r", str(ROOT / "requirements.lock")]
    subprocess.run([*fetch, *lock], check=True)
    subprocess.run([*fetch, "hatchling"], check=True)
    (folder / "srv/follow.sh").write_text(script(guide), "utf-8")
    (units / "follow.service").write_text(UNIT, "utf-8")
    wanted = units / "multi-user.target.wants/follow.service"
    wanted.unlink(missing_ok=True)
    wanted.symlink_to("../follow.service")
    for name in (SAID, "srv/stop"):
        (folder / name).unlink(missing_ok=True)


def boot(folder: Path) -> str:
    """Boot it until it powers itself off; what the script said."""
    command = ["systemd-nspawn", "-q", "--boot", "--private-network", "--console=pipe"]
    command += ["--register=no", "--keep-unit", "-D", str(folder)]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=BOOT_TIME)
    return (folder / SAID).read_text("utf-8", "replace")


def main() -> int:
    """Make the Debian where there is none, boot it, and print what was seen."""
    folder, guide = Path(sys.argv[1]).absolute(), GUIDE.read_text("utf-8")
    if not (folder / "etc").exists():
        make_debian(folder, guide)
    put_in(folder, guide)
    said = boot(folder)
    print(said)
    return 0 if SEEN in said else 1


if __name__ == "__main__":
    sys.exit(main())
