"""Every setting: what it may be, what it may not, and what is none of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from screener.config import (
    Clinic,
    SettingDocs,
    Settings,
    WrongSetting,
    as_environment,
    from_environment,
    help_table,
    is_loopback,
    require_trusted_hosts,
    settings_docs,
)

READ = {
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("65535", 65535),
    "workers": ("64", 64),
    "worker_lifetime": ("86400", 86400),
    "questions": ("clinic/ours.yaml", Path("clinic/ours.yaml")),
    "region": ("CA", "CA"),
    "exit_url": ("https://example.org/", "https://example.org"),
    "public_url": ("http://10.0.0.5:8000", "http://10.0.0.5:8000"),
    "trusted_hosts": ("a.example, b.example,", ("a.example", "b.example")),
    "proxy_count": ("5", 5),
    "clinic_name": ("River Clinic", "River Clinic"),
    "clinic_phone": ("202-555-0100", "202-555-0100"),
    "clinic_room": ("Room 2", "Room 2"),
    "clinic_line": ("Ask at the desk.", "Ask at the desk."),
    "kiosk_idle": ("3600", 3600),
    "kiosk_warning": ("20", 20),
    "kiosk_print": ("on", True),
    "security_contact": ("mailto:security@check.example", "mailto:security@check.example"),
    "hsts": ("on", True),
    "allow_debug": ("on", True),
}
KUBERNETES = {
    "SCREENER_PORT": "tcp://10.0.0.1:80",
    "SCREENER_SERVICE_HOST": "10.0.0.1",
    "SCREENER_SERVICE_PORT": "80",
    "SCREENER_SERVICE_PORT_HTTP": "80",
    "SCREENER_PORT_80_TCP": "tcp://10.0.0.1:80",
    "SCREENER_PORT_80_TCP_ADDR": "10.0.0.1",
    "SCREENER_PORT_80_TCP_PORT": "80",
    "SCREENER_PORT_80_TCP_PROTO": "tcp",
}
"""What a Service named 'screener' adds to the environment of every pod beside it."""


def test_every_setting_is_tried_here() -> None:
    assert set(READ) == set(Settings.model_fields)


@pytest.mark.parametrize("name", READ)
def test_a_setting_is_read_and_changes_nothing_else(name: str) -> None:
    text, value = READ[name]
    settings = from_environment({f"SCREENER_{name.upper()}": text})
    assert vars(settings) == {**vars(Settings()), name: value}
    assert from_environment(as_environment(settings)) == settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({}) == Settings()


def test_defaults_are_safe() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.proxy_count == 0
    assert settings.hsts is False
    assert settings.allow_debug is False


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("port", "", "whole number from 1 to 65535"),
        ("port", "0", "whole number from 1 to 65535"),
        ("port", "65536", "whole number from 1 to 65535"),
        ("port", "80a", "whole number from 1 to 65535"),
        ("port", "-1", "whole number from 1 to 65535"),
        ("workers", "0", "whole number from 1 to 64"),
        ("workers", "65", "whole number from 1 to 64"),
        ("worker_lifetime", "0", "whole number from 60 to 86400"),
        ("workers", "1.5", "whole number from 1 to 64"),
        ("proxy_count", "6", "whole number from 0 to 5"),
        ("exit_url", "javascript:alert(1)", "web address"),
        ("exit_url", "www.weather.gov", "web address"),
        ("exit_url", "https://", "web address"),
        ("public_url", "ftp://example.org", "web address"),
        ("security_contact", "security@check.example", "mailto: or https://"),
        ("security_contact", "http://check.example/report", "mailto: or https://"),
        ("security_contact", "https://", "mailto: or https://"),
        ("security_contact", "mailto:", "mailto: or https://"),
        ("security_contact", "https://check.example/a b", "mailto: or https://"),
        ("kiosk_idle", "59", "whole number from 60 to 3600"),
        ("kiosk_warning", "601", "whole number from 20 to 600"),
        ("kiosk_print", "1", "on or off"),
        ("allow_debug", "yes", "on or off"),
        ("trusted_hosts", "*", "host names"),
        ("trusted_hosts", "check.example:443", "without a port"),
        ("trusted_hosts", "https://check.example", "host names"),
        ("trusted_hosts", "a.example, ::1", "host names"),
        ("hsts", "true", "on or off"),
        ("hsts", "", "on or off"),
    ],
)
def test_a_value_that_cannot_be_read_says_which_and_why(name: str, text: str, reason: str) -> None:
    variable = f"SCREENER_{name.upper()}"
    with pytest.raises(WrongSetting) as refused:
        from_environment({variable: text})
    message = str(refused.value)
    assert message.startswith(f"{variable}={text} must be ")
    assert reason in message
    assert "\n" not in message


def test_a_security_contact_is_one_line() -> None:
    """security.txt would have a line more that the operator didn't mean."""
    with pytest.raises(WrongSetting):
        from_environment({"SCREENER_SECURITY_CONTACT": "mailto:a@b.example\nContact: x"})
    with pytest.raises(WrongSetting):
        from_environment({"SCREENER_SECURITY_CONTACT": "mailto:a@b.example\n"})
    url = "https://check.example/report?a=b"
    assert from_environment({"SCREENER_SECURITY_CONTACT": url}).security_contact == url


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("SCREENER_PROT", "; did you mean `SCREENER_PORT`?"),
        ("SCREENER_WORKER", "; did you mean `SCREENER_WORKERS`?"),
        ("SCREENER_port", "; did you mean `SCREENER_PORT`?"),
        ("SCREENER_PORT_80", "; did you mean `SCREENER_PORT`?"),
        ("SCREENER_XYZXYZXYZXYZXYZ", ""),
    ],
)
def test_an_unknown_setting_is_refused(variable: str, near: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        from_environment({variable: "1"})
    assert str(refused.value) == f"unknown setting {variable}{near}"


@pytest.mark.parametrize("warning", ["90", "91"])
def test_a_touch_screen_warns_before_it_clears(warning: str) -> None:
    with pytest.raises(
        WrongSetting, match=r"KIOSK_WARNING .* must be less than SCREENER_KIOSK_IDLE"
    ):
        from_environment({"SCREENER_KIOSK_IDLE": "90", "SCREENER_KIOSK_WARNING": warning})


def test_what_other_programs_read_is_left_alone() -> None:
    others = {"PATH": "/bin", "PORT": "1", "screener_port": "1", "FLASK_DEBUG": "x"}
    assert from_environment(others) == Settings()


def test_what_kubernetes_adds_is_ignored() -> None:
    assert from_environment(KUBERNETES) == Settings()


@pytest.mark.parametrize("setting", settings_docs(), ids=lambda setting: setting.variable)
def test_the_help_has_a_line_for_every_setting(setting: SettingDocs) -> None:
    line = next(line for line in help_table().splitlines() if setting.variable in line.split())
    assert setting.description
    assert setting.description in line
    assert line.endswith(f"[{setting.default or 'not set'}]")


def test_the_documented_default_is_read_as_the_default() -> None:
    documented = {setting.variable: setting.default for setting in settings_docs()}
    assert from_environment(documented) == Settings()


def test_an_operators_limits_do_not_hold_in_python() -> None:
    """Tests need a touch screen that clears itself within seconds."""
    assert Settings(kiosk_idle=8, kiosk_warning=4).kiosk_idle == 8
    with pytest.raises(ValidationError, match="must be less than SCREENER_KIOSK_IDLE"):
        Settings(kiosk_idle=8, kiosk_warning=8)


def test_settings_are_frozen_and_known() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]
    with pytest.raises(ValidationError, match="prot"):
        Settings(prot=1)  # type: ignore[call-arg]


def test_an_empty_exit_url_is_refused() -> None:
    with pytest.raises(WrongSetting) as refused:
        from_environment({"SCREENER_EXIT_URL": ""})
    message = "SCREENER_EXIT_URL must not be empty: 'Leave this site' needs it"
    assert str(refused.value) == message


def test_the_clinic_is_a_group_of_its_own() -> None:
    settings = Settings(clinic_name="River Clinic", clinic_line="Ask at the desk.")
    clinic = Clinic(name="River Clinic", phone="", room="", line="Ask at the desk.")
    assert settings.clinic == clinic


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("clinic.example", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "unix:/run/a.sock", "clinic", ""])
def test_who_listens_to_others_names_the_hosts(host: str) -> None:
    message = f"listening on {host or 'no host'} needs SCREENER_TRUSTED_HOSTS: .*check.example"
    with pytest.raises(WrongSetting, match=message):
        require_trusted_hosts(Settings(), host)
    require_trusted_hosts(Settings(trusted_hosts=("check.example",)), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_alone_needs_no_name(host: str) -> None:
    require_trusted_hosts(Settings(), host)
