"""Every setting, in one table: `SCREENER_` environment variables, all optional."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click import ClickException

from screener.suggestions import did_you_mean

PREFIX = "SCREENER_"

_FROM_KUBERNETES = re.compile(r"SERVICE_.*|PORT_\d+_(?:TCP|UDP|SCTP).*")
"""What Kubernetes adds to the environment beside a Service named 'screener'."""


class WrongSetting(ClickException):
    """A setting that cannot be used; the message is one line for the operator.

    One of click's, so that the `flask` command shows that line and no traceback.
    """


@dataclass(frozen=True)
class Setting:
    """One row of the table: `read` turns the text of the variable into its value."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any]

    @property
    def variable(self) -> str:
        """The environment variable's name."""
        return PREFIX + self.name.upper()


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("must be on or off")
    return text == "on"


def _web_address(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc):
        raise ValueError("must be a web address that starts with https://")
    return text.rstrip("/")


def _host(text: str) -> str:
    if text == "unix:" or (text.startswith("unix:") and not text.startswith("unix:/")):
        raise ValueError("must be unix: and then a path that starts with /")
    return text


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}|", text):
        raise ValueError("must be two capital letters, like US")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _file(text: str) -> Path | None:
    return Path(text) if text else None


TABLE: tuple[Setting, ...] = (
    Setting(
        "host", "127.0.0.1", "Address to listen on; 0.0.0.0 or :: for all; or unix:/path.", _host
    ),
    Setting("port", "8000", "Port to listen on.", _number(1, 65535)),
    Setting("workers", "2", "Server processes.", _number(1, 64)),
    Setting("questions", "", "Content file to serve instead of the one that is built in.", _file),
    Setting(
        "region", "", "Country of the help lines, such as CA; empty for the file's own.", _country
    ),
    Setting("exit_url", "https://www.weather.gov", "Where 'Leave this site' goes.", _web_address),
    Setting(
        "public_url", "", "Address the public reaches this site at, for QR codes.", _web_address
    ),
    Setting("trusted_hosts", "", "Host names to answer to, with commas; empty for any.", _names),
    Setting("proxy_count", "0", "Reverse proxies in front whose headers are true.", _number(0, 5)),
    Setting("clinic_name", "", "Name of the clinic, for the header, results and print.", str),
    Setting("clinic_phone", "", "The clinic's own number, shown with the help lines.", str),
    Setting("clinic_room", "", "Where in the clinic to ask for help.", str),
    Setting("clinic_line", "", "A line of the clinic's own, shown with its name.", str),
    Setting("kiosk_idle", "180", "Seconds until a touch screen clears itself.", _number(60, 3600)),
    Setting("kiosk_warning", "60", "Seconds of warning before it does.", _number(20, 600)),
    Setting("kiosk_print", "off", "Whether the touch screen has a printer.", _switch),
    Setting("hsts", "off", "Tell browsers to use HTTPS only. Needs HTTPS.", _switch),
    Setting("allow_debug", "off", "Let FLASK_DEBUG in on 127.0.0.1. For developers only.", _switch),
)


@dataclass(frozen=True)
class Clinic:
    """What pages say of the clinic; '' for what is not set."""

    name: str
    phone: str
    room: str
    line: str


@dataclass(frozen=True)
class Settings:
    """The settings in force. Field names are those of the table."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    questions: Path | None = None
    region: str = ""
    exit_url: str = "https://www.weather.gov"
    public_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxy_count: int = 0
    clinic_name: str = ""
    clinic_phone: str = ""
    clinic_room: str = ""
    clinic_line: str = ""
    kiosk_idle: int = 180
    kiosk_warning: int = 60
    kiosk_print: bool = False
    hsts: bool = False
    allow_debug: bool = False

    @property
    def clinic(self) -> Clinic:
        """The clinic's name, phone, room and line."""
        return Clinic(self.clinic_name, self.clinic_phone, self.clinic_room, self.clinic_line)


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings an environment asks for.

    Raises WrongSetting for a SCREENER_ variable that is unknown or cannot be read.
    """
    known = {setting.variable: setting for setting in TABLE}
    values = {setting.name: setting.read(setting.default) for setting in TABLE}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or _is_from_kubernetes(variable, text):
            continue
        setting = known.get(variable)
        if setting is None:
            raise WrongSetting(f"unknown setting {variable}{did_you_mean(variable, known)}")
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            raise WrongSetting(f"{variable}={text} {error}") from None
    if values["kiosk_warning"] >= values["kiosk_idle"]:
        idle, warning = values["kiosk_idle"], values["kiosk_warning"]
        raise WrongSetting(
            f"SCREENER_KIOSK_WARNING ({warning}) must be less than SCREENER_KIOSK_IDLE ({idle})"
        )
    if not values["exit_url"]:
        raise WrongSetting("SCREENER_EXIT_URL must not be empty: 'Leave this site' needs it")
    return Settings(**values)


def refuse_debug(settings: Settings, environ: Mapping[str, str], host: str) -> None:
    """Raises WrongSetting where Flask's debugger would show answers to whoever can reach it."""
    if environ.get("FLASK_DEBUG", "").lower() in ("", "0", "false", "no"):
        return
    if settings.allow_debug and host in ("127.0.0.1", "::1", "localhost"):
        return
    raise WrongSetting(
        "FLASK_DEBUG shows answers to others, so it is refused. "
        "Developers: set SCREENER_ALLOW_DEBUG=on and listen on 127.0.0.1"
    )


def _is_from_kubernetes(variable: str, text: str) -> bool:
    name = variable.removeprefix(PREFIX)
    return bool(_FROM_KUBERNETES.fullmatch(name)) or (name == "PORT" and "://" in text)


def help_table() -> str:
    """The table for `--help`: one line a setting."""
    width = max(len(setting.variable) for setting in TABLE)
    return "\n".join(
        f"  {setting.variable:{width}}  {setting.help} [{setting.default or 'not set'}]"
        for setting in TABLE
    )


if {setting.name for setting in TABLE} != {field.name for field in fields(Settings)}:
    raise AssertionError("the table and the Settings class name different settings")
