"""`/.well-known/security.txt`, as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from screener import create_app
from screener.config import Settings
from screener.content.models.questionnaire import Questionnaire
from screener.web.headers import HEADERS

PATH = "/.well-known/security.txt"
CONTACT = "mailto:security@check.example"


def fields(settings: Settings, content: Questionnaire) -> list[list[str]]:
    response = create_app(settings, content).test_client().get(PATH)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    for name, value in HEADERS:
        assert response.headers[name] == value
    text = response.get_data(as_text=True)
    assert text.endswith("\n")
    return [line.split(": ", 1) for line in text.splitlines()]


def test_what_it_says(content: Questionnaire) -> None:
    found = fields(Settings(security_contact=CONTACT), content)
    assert [name for name, _ in found] == ["Contact", "Expires", "Preferred-Languages"]
    assert dict(found)["Contact"] == CONTACT
    assert dict(found)["Preferred-Languages"] == "en"


def test_it_names_its_own_address_if_that_is_known(content: Questionnaire) -> None:
    settings = Settings(security_contact=CONTACT, public_url="https://check.example")
    assert dict(fields(settings, content))["Canonical"] == f"https://check.example{PATH}"


@pytest.mark.parametrize("days_later", [0, 400])
def test_it_has_never_expired_and_is_valid_for_less_than_a_year(
    content: Questionnaire, monkeypatch: pytest.MonkeyPatch, days_later: int
) -> None:
    """Nor where the server has run for longer than a year."""
    client = create_app(Settings(security_contact=CONTACT), content).test_client()
    client.get(PATH)
    now = datetime.now(UTC) + timedelta(days=days_later)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return now

    monkeypatch.setattr("screener.web.security_txt.datetime", Later)
    lines = client.get(PATH).get_data(as_text=True).splitlines()
    (expires,) = [line.removeprefix("Expires: ") for line in lines if line.startswith("Expires")]
    assert timedelta(days=30) < datetime.fromisoformat(expires) - now < timedelta(days=365)


def test_without_a_contact_there_is_none(content: Questionnaire) -> None:
    response = create_app(Settings(), content).test_client().get(PATH)
    assert response.status_code == 404
    assert b"</html>" in response.data


def test_only_get_and_head(content: Questionnaire) -> None:
    client = create_app(Settings(security_contact=CONTACT), content).test_client()
    assert client.head(PATH).status_code == 200
    assert client.post(PATH, data={"voice": "me"}).status_code == 405
