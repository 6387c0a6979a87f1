"""No session, same-origin POSTs, limits, headers, quiet logs."""

from __future__ import annotations

import logging

import pytest
from flask import Flask, session
from werkzeug.exceptions import Forbidden
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from screener import create_app
from screener.config import Settings
from screener.web.csrf import check_origin
from screener.web.forms import LARGEST_BODY, MOST_FIELDS
from screener.web.hosts import is_trusted_host
from tests.page_paths import page_paths
from tests.shipped import SHIPPED
from tests.web.page_lint import DRUG_NAMES, LintingClient, words

HOST = "check.example"
FORM = "application/x-www-form-urlencoded"


def request_with(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(EnvironBuilder(method="POST", headers={"Host": HOST, **named}).get_environ())


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec_Fetch_Site": "same-origin"}, True),
        ({"Sec_Fetch_Site": "none"}, True),
        ({"Sec_Fetch_Site": "same-site"}, False),
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Sec_Fetch_Site": ""}, False),
        ({"Sec_Fetch_Site": "Same-Origin"}, False),
        ({"Sec_Fetch_Site": "nonsense"}, False),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "null"}, True),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Sec_Fetch_Site": "cross-site", "Origin": f"https://{HOST}"}, False),
        ({"Origin": f"https://{HOST}"}, True),
        ({"Origin": f"http://{HOST}"}, True),
        ({"Origin": f"https://{HOST.upper()}"}, True),
        ({"Origin": f"https://{HOST}:443"}, True),
        ({"Origin": f"http://{HOST}:80"}, True),
        ({"Origin": f"https://{HOST}:8443"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": HOST}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": f"https://{HOST}.evil.example"}, False),
        ({"Origin": f"https://evil.example/{HOST}"}, False),
        ({"Origin": f"https://{HOST}@evil.example"}, False),
        ({"Origin": f"ftp://{HOST}"}, False),
        ({"Origin": "https://[broken"}, False),
        ({"Host": f"{HOST}:8000", "Origin": f"http://{HOST}:8000"}, True),
        ({"Host": f"{HOST}:8000", "Origin": f"http://{HOST}"}, False),
    ],
    ids=str,
)
def test_origin(headers: dict[str, str], allowed: bool) -> None:
    if allowed:
        check_origin(request_with(**headers))
    else:
        with pytest.raises(Forbidden):
            check_origin(request_with(**headers))


@pytest.mark.parametrize(
    ("host", "trusted", "allowed"),
    [
        ("check.example", (), False),
        ("check.example:8000", (), False),
        ("localhost", (), True),
        ("LocalHost:8000", (), True),
        ("127.0.0.1:8000", (), True),
        ("127.0.0.1.evil.example", (), False),
        ("localhost.evil.example", (), False),
        ("10.0.0.5:8000", (), False),
        ("0.0.0.0:8000", (), False),
        ("[::]:8000", (), False),
        ("[::2]", (), False),
        ("[::1]:8000", (), True),
        ("[::1]", (), True),
        ("", (), False),
        ("a b", (), False),
        ("one.example,two.example", (), False),
        ("one.example, two.example", (), False),
        ("evil.example/path", (), False),
        ("me@evil.example", (), False),
        ("check.example:port", (), False),
        ("check.example", ("check.example",), True),
        ("CHECK.example:8000", ("check.example",), True),
        ("[::1]", ("[::1]",), True),
        ("[::1]:8000", ("[::1]",), True),
        ("[::2]:8000", ("[::1]",), False),
        ("evil.example", ("check.example",), False),
        ("check.example.evil.example", ("check.example",), False),
    ],
)
def test_host(host: str, trusted: tuple[str, ...], allowed: bool) -> None:
    assert is_trusted_host(host, trusted) is allowed


@pytest.mark.parametrize("path", ["/", "/ca/help", "/check"])
def test_a_malformed_or_missing_host_is_refused(client: LintingClient, path: str) -> None:
    for host in ("", "a b", "me@evil.example"):
        overrides = {"HTTP_HOST": host}
        assert client.get(path, environ_overrides=overrides).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"voice=me", FORM, 200),
        (b"voice=me", FORM + "; charset=utf-8", 200),
        (b"", FORM, 200),
        (b"", None, 200),
        (b"voice=me", None, 415),
        (b"{}", "application/json", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415),
        (b"nonsense", FORM, 400),
        (b"a=1&&b=2", FORM, 400),
        (b"a=%ff%fe", FORM, 400),
        (b"a=\xc3\xa9", FORM, 400),
        (b"a=%00", FORM, 400),
        (b"a=" + b"x" * LARGEST_BODY, FORM, 413),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), FORM, 413),
        (b"&".join([b"voice=me"] * MOST_FIELDS), FORM, 200),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("path", ["/check", "/results"])
def test_bodies(
    client: LintingClient, path: str, body: bytes, kind: str | None, status: int
) -> None:
    response = client.post(
        path, input_stream=None, data=body, content_type=kind, content_length=len(body)
    )
    assert response.status_code == status
    if status in (400, 413, 415):
        assert b"xxxx" not in response.data


def test_half_a_body_is_400_and_not_read_as_answers(client: LintingClient) -> None:
    body = b"at=supply&supply=few-left"
    longer = {"CONTENT_LENGTH": str(len(body) + 1)}
    sent = {"data": body, "content_type": FORM, "environ_overrides": longer}
    assert client.post("/check", **sent).status_code == 400


def test_no_length_or_chunked_is_411(client: LintingClient) -> None:
    assert client.post("/check").status_code == 411
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    response = client.post("/check", data=b"voice=me", content_type=FORM, environ_overrides=chunked)
    assert response.status_code == 411


def test_a_post_from_another_site_gets_a_helpful_403(client: LintingClient) -> None:
    response = client.post("/check", data={"voice": "me"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert "another site" in response.get_data(as_text=True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
def test_other_methods_are_405(client: LintingClient, method: str) -> None:
    response = client.open("/learn", method=method, data={"a": "b"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_a_session_cannot_be_used(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError):
        session["answer"] = "yes"
    assert app.secret_key is None


def test_a_crash_logs_the_route_and_the_kind_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(), SHIPPED)
    app.test_client_class = LintingClient

    def crash(*args: object) -> None:
        raise ValueError("canary-in-the-text")

    monkeypatch.setattr("screener.web.routes.results_view", crash)
    with caplog.at_level(logging.DEBUG):
        response = app.test_client().post("/results", data={"situation": "for-panic"})
    assert response.status_code == 500
    assert "911" in response.get_data(as_text=True)
    assert [record.getMessage() for record in caplog.records] == ["ValueError at /results"]
    assert not any(record.exc_info for record in caplog.records)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("base", ["", "/gb", "/kiosk"])
def test_a_page_that_cannot_be_made_is_an_error_page_with_the_crisis_lines(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    app = create_app(Settings(), SHIPPED)
    app.test_client_class = LintingClient

    def crash(*args: object) -> None:
        raise ValueError("canary-in-the-text")

    with monkeypatch.context() as broken:
        broken.setattr("screener.web.routes.paper_form_view", crash)
        response = app.test_client().get(f"{base}/paper")
        assert response.status_code == 500
        assert ("999" if base == "/gb" else "911") in response.get_data(as_text=True)
    assert app.test_client().get(f"{base}/paper").status_code == 200


def test_debug_mode_keeps_quiet_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(), SHIPPED)
    app.test_client_class = LintingClient
    app.debug = True

    def crash(*args: object) -> None:
        raise ValueError("canary-in-the-text")

    monkeypatch.setattr("screener.web.routes.results_view", crash)
    response = app.test_client().post("/results", data={"situation": "for-panic"})
    assert response.status_code == 500
    assert "canary" not in response.get_data(as_text=True)


def test_hsts_only_when_asked_for(client: LintingClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    app = create_app(Settings(hsts=True), SHIPPED)
    assert "max-age" in app.test_client().get("/").headers["Strict-Transport-Security"]


def test_trusted_hosts_and_proxies() -> None:
    app = create_app(Settings(trusted_hosts=("check.example",), proxy_count=1), SHIPPED)
    client = app.test_client()
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "check.example"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).data == b"ok"


@pytest.mark.parametrize("path", ["/", "/check", "/static/app.css", "/no-such-page", "/gb/"])
def test_another_sites_name_that_leads_here_reads_no_page(client: LintingClient, path: str) -> None:
    """DNS rebinding: a page of evil.example asks 127.0.0.1, which its name now leads to."""
    for host in (
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "0.0.0.0",
        "10.0.0.5",
    ):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400
        page = response.get_data(as_text=True)
        assert "SCREENER_TRUSTED_HOSTS" in page
        assert 'href="tel:999"' in page if path == "/gb/" else 'href="tel:988"' in page
    for host in ("127.0.0.1", "localhost:8000", "[::1]:8000"):
        assert client.get(path, headers={"Host": host}).status_code != 400


def test_the_wipe_stylesheet_empties_the_page_cache(client: LintingClient) -> None:
    response = client.get("/wipe.css")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    for path in ("/", "/cleared", "/leave"):
        links = [link["href"] for link in client.page(path).select("link[rel=stylesheet]")]
        assert "/wipe.css" in links


def test_leave_goes_outward_by_itself(client: LintingClient) -> None:
    refresh = client.page("/leave").select_one("meta[http-equiv=refresh]")
    assert refresh and refresh["content"] == "0; url=https://www.weather.gov"


def test_get_results_explains(client: LintingClient) -> None:
    assert "don't keep" in words(client.page("/results").h1)


def test_no_address_names_the_medicine(app: Flask) -> None:
    """Browsers keep addresses in their history."""
    assert [path for path in page_paths(app) if DRUG_NAMES.search(path)] == []
