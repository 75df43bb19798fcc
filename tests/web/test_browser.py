#!/usr/bin/env python3
"""What a person does, in a real browser against a real node:

    opens /docs, makes a deposit with "Try it out", sees it arrive on /, and a refusal with its reason; sees which
    dead letter needs action; opens a transaction's details; sees text of others as text

An error in the console fails it; a breach of the content policy is one, and so is a file that is not there.

    test_browser.py FLORIN [--screenshots DIR]

Ends with 77, which ctest shows as skipped, where there is no Chromium or no driver for it, or it does not start.
"""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from web_node import PATIENCE_S, WebNode, eventually

SKIPPED = 77
DEPOSIT_ID = "browser:0001"
MARKUP = "<img src=x onerror=alert(1)>"  # as a merchant's name: it must stay a text


def open_browser(webdriver, service):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking", "--window-size=1440,940", "--force-color-profile=srgb"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=service(shutil.which("chromedriver")), options=options)
    browser.set_page_load_timeout(PATIENCE_S)
    browser.set_script_timeout(PATIENCE_S)
    return browser


def open_patiently(webdriver, service):
    """A busy machine may be too slow for the driver's own patience. Nothing where the browser does not start at all."""
    from selenium.common.exceptions import WebDriverException
    for _ in range(3):
        try:
            return open_browser(webdriver, service)
        except WebDriverException as failed:
            print(f"chromium does not start: {failed}", flush=True)
    return None


class Person:
    def __init__(self, browser, node, screenshots):
        from selenium.common import exceptions
        self.moved = (exceptions.StaleElementReferenceException, exceptions.ElementNotInteractableException,
                      exceptions.ElementClickInterceptedException)
        self.browser = browser
        self.node = node
        self.screenshots = screenshots

    def find(self, css):
        """The first element that is shown, as soon as there is one."""
        return eventually(self.unless_it_moves(lambda: self.shown(css)), f"{css} to be on the page")

    def shown(self, css):
        return next((element for element in self.browser.find_elements("css selector", css) if element.is_displayed()), None)

    def click(self, css):
        def try_to():
            if element := self.shown(css):
                self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
                element.click()
            return element

        return eventually(self.unless_it_moves(try_to), f"{css} to be clicked")

    def unless_it_moves(self, function):
        """Nothing where an element is another one by now, or is covered or not to be reached yet: then it is tried again."""
        def tried():
            try:
                return function()
            except self.moved:
                return None

        return tried

    def wait_for_text(self, css, text):
        """Read by the page itself in one go: its elements may be others a moment later."""
        script = "return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)"
        return eventually(lambda: any(text in found for found in self.browser.execute_script(script, css)),
                          f"{text!r} in {css}")

    def look(self, name):
        if self.screenshots:
            self.browser.save_screenshot(str(self.screenshots / f"{name}.png"))

    def check_console(self, where):
        entries = [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        if entries:
            raise AssertionError(f"the console of {where} is not empty: {json.dumps(entries, indent=1)}")

    def check_origin(self, where):
        loaded = self.browser.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        foreign = [name for name in loaded if not name.startswith((self.node.url, "data:"))]
        if foreign:
            raise AssertionError(f"{where} loads from elsewhere: {foreign}")


def make_a_deposit_on_the_docs(person):
    person.browser.get(person.node.url + "/docs")
    deposit = "[id$='deposit'].opblock"
    person.click(f"{deposit} .opblock-summary-control")
    person.click(f"{deposit} .try-out__btn")
    body = person.find(f"{deposit} textarea.body-param__text")
    body.clear()
    body.send_keys(json.dumps({"id": DEPOSIT_ID, "amount_minor": 1250, "currency": "EUR", "reference": "by hand"}))
    person.click(f"{deposit} .execute")
    person.wait_for_text(f"{deposit} .live-responses-table .response-col_status", "201")
    person.wait_for_text(f"{deposit} .live-responses-table", DEPOSIT_ID)
    if person.screenshots:
        person.browser.execute_script("document.querySelector(arguments[0]).scrollIntoView()",
                                      f"{deposit} .opblock-section-request-body")
    person.look("docs")
    person.check_origin("/docs")
    person.check_console("/docs")


def make_some_traffic(node):
    """Paid, refused, and an advice that fits no wallet, which needs action."""
    for number in range(12):
        node.request("POST", f"/v1/wallets/{100 + number % 3}/payments",
                     {"id": f"pos7:{number:04}", "amount_minor": 100 + 37 * number, "currency": "EUR", "merchant": MARKUP})
    refused = node.request("POST", "/v1/wallets/102/payments",
                           {"id": "pos7:jeweller", "amount_minor": 99_000_000, "currency": "EUR"})
    assert refused.status == 422, refused.body
    advised = node.request("POST", "/v1/wallets/nobody/deposits",
                           {"id": "bank:0001", "amount_minor": 4200, "currency": "EUR", "mode": "advise"})
    assert advised.status == 201, advised.body


def make_a_busy_picture(node):
    """Some seconds of payments for the curves, and then a moment for the rows to lose their glow."""
    for second in range(25):
        for number in range(3 + (second * 7) % 11):
            node.request("POST", f"/v1/wallets/{100 + number % 3}/payments",
                         {"id": f"pos{second % 9}:{second:02}{number:02}", "amount_minor": 90 + 37 * number * (second % 5 + 1),
                          "currency": "EUR", "merchant": "Cafe Florin"})
        time.sleep(1)
    time.sleep(2)


def watch_the_page(person):
    person.browser.get(person.node.url + "/")
    person.wait_for_text("#health", "live")
    person.wait_for_text("#transactions .id", DEPOSIT_ID)
    make_some_traffic(person.node)
    person.wait_for_text("#transactions .outcome", "insufficient funds")
    person.wait_for_text("#letters", "unapplied")
    person.wait_for_text("#shards .shard", "Shard 3")
    if person.screenshots:
        make_a_busy_picture(person.node)
    person.look("page")
    person.click("#transactions tr")
    person.wait_for_text("#details-life", "authorized")
    person.click("#details button")
    person.check_origin("/")
    person.check_console("/")
    if person.browser.find_elements("css selector", "main img"):
        raise AssertionError("a merchant's name has become markup")


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("florin")
    parser.add_argument("--screenshots", type=Path, help="where to put pictures of the pages")
    arguments = parser.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    return arguments


def main():
    arguments = read_arguments()
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        webdriver = None
    if webdriver is None or not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("SKIPPED: there is no chromium, chromium-driver or python3-selenium here (./run install-deps test)")
        return SKIPPED
    with WebNode(arguments.florin) as node:
        browser = open_patiently(webdriver, Service)
        if browser is None:
            print("SKIPPED: chromium is here and does not start")
            return SKIPPED
        try:
            person = Person(browser, node, arguments.screenshots)
            make_a_deposit_on_the_docs(person)
            watch_the_page(person)
        finally:
            browser.quit()
    print("a deposit was made on /docs and arrived on /; the consoles are empty")
    return 0


if __name__ == "__main__":
    sys.exit(main())
