"""That the watch over all pages sees what it is there for."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.driving import until, wait_for_picture
from tests.e2e.watch import Watch

FOREIGN = "https://example.invalid/"


def test_the_page_asks_its_own_server_alone(page: Page, watch: Watch):
    wait_for_picture(page)
    assert any("/api/live" in address for address in watch.requests)
    assert any(address.endswith(".woff2") for address in watch.requests)
    assert watch.problems == []


def test_a_foreign_picture_is_refused_and_noticed(page: Page, watch: Watch):
    wait_for_picture(page)
    page.evaluate(f"new Image().src = '{FOREIGN}a.png'")
    until("the refusal", lambda: watch.problems, page)
    assert "Content Security Policy" in " ".join(watch.problems)
    watch.problems.clear()


def test_an_error_in_the_page_is_noticed(page: Page, watch: Watch):
    wait_for_picture(page)
    page.evaluate("setTimeout(() => { throw new Error('on purpose') })")
    until("the error", lambda: watch.problems, page)
    assert "on purpose" in watch.problems[0]
    watch.problems.clear()


def test_a_script_in_the_page_is_not_run(page: Page, watch: Watch):
    wait_for_picture(page)
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.head.append(script);
        }"""
    )
    until("the refusal", lambda: watch.problems, page)
    assert page.evaluate("window.ran") is None
    watch.problems.clear()
