"""The settings: `SCREENER_` environment variables, all optional.

`Settings` declares each setting once, with its default, help text and check. The reading of
the environment, `screener serve --help` and the table in docs/operators.md come from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit

from click import ClickException
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from screener.suggestions import did_you_mean

PREFIX = "SCREENER_"

HOST_NAME = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
"""Regular expression of the name in a Host header: a name, or an IPv6 address in brackets."""

_FROM_KUBERNETES = re.compile(r"SERVICE_.*|PORT_\d+_(?:TCP|UDP|SCTP).*")
"""The variables, without the prefix, that Kubernetes sets for a Service named 'screener'."""


class WrongSetting(ClickException):
    """A setting that cannot be used; the message is one line for the operator.

    A ClickException, so that `flask run` prints the line without a traceback.
    """


def _whole_number(least: int, most: int) -> BeforeValidator:
    """Limits what an operator may set. A number passed in Python is not limited: tests need
    a touch screen that clears itself within seconds.
    """

    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        if not value.isdecimal() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return BeforeValidator(parse)


def _parse_switch(value: object) -> object:
    if isinstance(value, str) and value not in ("on", "off"):
        raise ValueError("must be on or off")
    return value  # pydantic reads on and off as booleans


def _parse_file(value: object) -> object:
    return value or None  # an empty variable is an unset one


def _parse_names(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if not all(re.fullmatch(HOST_NAME, name) for name in names):
        raise ValueError("must be host names without a port, with commas, like check.example")
    return names


def _check_host(host: str) -> str:
    if host == "unix:" or (host.startswith("unix:") and not host.startswith("unix:/")):
        raise ValueError("must be unix: and then a path that starts with /")
    return host


def _check_country(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}|", code):
        raise ValueError("must be two capital letters, like US")
    return code


def _check_web_address(url: str) -> str:
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise ValueError("must be a web address that starts with https://")
    return url.rstrip("/")


def _check_contact(address: str) -> str:
    if not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+[^\s]*)?", address):
        raise ValueError("must be an address that starts with mailto: or https://")
    return address


Switch = Annotated[bool, BeforeValidator(_parse_switch)]
WebAddress = Annotated[str, BeforeValidator(_check_web_address)]


class Clinic(BaseModel):
    """What pages say about the clinic; each part may be empty."""

    model_config = ConfigDict(frozen=True)

    name: str
    phone: str
    room: str
    line: str


class Settings(BaseModel):
    """The settings in force. `SCREENER_PORT` sets `port`, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, BeforeValidator(_check_host)] = Field(
        "127.0.0.1", description="Address to listen on; 0.0.0.0 or :: for all; or unix:/path."
    )
    port: Annotated[int, _whole_number(1, 65535)] = Field(8000, description="Port to listen on.")
    workers: Annotated[int, _whole_number(1, 64)] = Field(2, description="Server processes.")
    worker_lifetime: Annotated[int, _whole_number(60, 86_400)] = Field(
        3600,
        description="Seconds until a server process is replaced, and its memory is gone with it.",
    )
    questions: Annotated[Path | None, BeforeValidator(_parse_file)] = Field(
        None, description="Content file to serve instead of the one that is built in."
    )
    region: Annotated[str, BeforeValidator(_check_country)] = Field(
        "", description="Country of the help lines, such as CA; empty for the file's own."
    )
    exit_url: WebAddress = Field(
        "https://www.weather.gov", description="Where 'Leave this site' goes."
    )
    public_url: WebAddress = Field(
        "", description="Address the public reaches this site at, for QR codes."
    )
    trusted_hosts: Annotated[tuple[str, ...], BeforeValidator(_parse_names)] = Field(
        (),
        description="Host names to answer to, with commas; empty for 127.0.0.1, localhost, [::1].",
    )
    proxy_count: Annotated[int, _whole_number(0, 5)] = Field(
        0, description="Reverse proxies in front whose headers are true."
    )
    clinic_name: str = Field(
        "", description="Name of the clinic, for the header, results and print."
    )
    clinic_phone: str = Field("", description="The clinic's own number, shown with the help lines.")
    clinic_room: str = Field("", description="Where in the clinic to ask for help.")
    clinic_line: str = Field("", description="A line of the clinic's own, shown with its name.")
    kiosk_idle: Annotated[int, _whole_number(60, 3600)] = Field(
        180, description="Seconds until a touch screen clears itself."
    )
    kiosk_warning: Annotated[int, _whole_number(20, 600)] = Field(
        60, description="Seconds of warning before it does."
    )
    kiosk_print: Switch = Field(False, description="Whether the touch screen has a printer.")
    security_contact: Annotated[str, BeforeValidator(_check_contact)] = Field(
        "", description="Where to report security faults, for security.txt; mailto: or https://."
    )
    hsts: Switch = Field(False, description="Tell browsers to use HTTPS only. Needs HTTPS.")
    allow_debug: Switch = Field(
        False, description="Let FLASK_DEBUG in on 127.0.0.1. For developers only."
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.kiosk_warning >= self.kiosk_idle:
            raise ValueError(
                f"{variable('kiosk_warning')} ({self.kiosk_warning}) must be less than "
                f"{variable('kiosk_idle')} ({self.kiosk_idle})"
            )
        if not self.exit_url:
            raise ValueError(
                f"{variable('exit_url')} must not be empty: 'Leave this site' needs it"
            )
        return self

    @property
    def clinic(self) -> Clinic:
        """The settings whose names start with `clinic_`."""
        return Clinic(
            name=self.clinic_name,
            phone=self.clinic_phone,
            room=self.clinic_room,
            line=self.clinic_line,
        )


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Raises WrongSetting for a SCREENER_ variable that is unknown or cannot be read.
    """
    names = {variable(name): name for name in Settings.model_fields}
    values = {}
    for key, text in sorted(environ.items()):
        if not key.startswith(PREFIX) or _is_from_kubernetes(key, text):
            continue
        if key not in names:
            raise WrongSetting(f"unknown setting {key}{did_you_mean(key, names)}")
        values[names[key]] = text
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise WrongSetting(_first_message(error)) from None


def as_environment(settings: Settings) -> dict[str, str]:
    """Variables that `from_environment` reads as these settings."""
    return {variable(name): _as_text(value) for name, value in settings}


class SettingDocs(NamedTuple):
    """What the documentation says about one setting."""

    variable: str
    default: str
    """As the environment would have it; may be empty."""
    description: str


def settings_docs() -> list[SettingDocs]:
    """One entry for each setting, in the order of the model."""
    return [
        SettingDocs(variable(name), _as_text(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def help_table() -> str:
    """The settings for `--help`, a line each."""
    rows = settings_docs()
    width = max(len(row.variable) for row in rows)
    return "\n".join(
        f"  {row.variable:{width}}  {row.description} [{row.default or 'not set'}]" for row in rows
    )


def refuse_debug(settings: Settings, environ: Mapping[str, str], host: str) -> None:
    """Raises WrongSetting when FLASK_DEBUG is on, since Flask's debugger shows visitors' answers.

    A developer may allow it, on a host that only this machine reaches.
    """
    if environ.get("FLASK_DEBUG", "").lower() in ("", "0", "false", "no"):
        return
    if settings.allow_debug and is_loopback(host):
        return
    raise WrongSetting(
        "FLASK_DEBUG shows answers to others, so it is refused. "
        "Developers: set SCREENER_ALLOW_DEBUG=on and listen on 127.0.0.1"
    )


def require_trusted_hosts(settings: Settings, host: str) -> None:
    """Raises WrongSetting when others may reach the app and no Host name is trusted.

    `host` is what the server listens on. A Unix socket has a proxy in front of it.
    """
    if settings.trusted_hosts or is_loopback(host):
        return
    raise WrongSetting(
        f"listening on {host or 'no host'} needs {variable('trusted_hosts')}: the names that "
        "visitors use for this site, like check.example"
    )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is always that of this machine."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback


def _is_from_kubernetes(key: str, text: str) -> bool:
    name = key.removeprefix(PREFIX)
    return bool(_FROM_KUBERNETES.fullmatch(name)) or (name == "PORT" and "://" in text)


def _first_message(error: ValidationError) -> str:
    first = error.errors()[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return reason
    return f"{variable(str(first['loc'][0]))}={first['input']} {reason}"


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)
