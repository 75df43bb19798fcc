#!/usr/bin/env python3
"""Holds the files of web/ to what the page promises.

    vendored files   are byte for byte those whose checksums web/vendor/VENDORED.md lists; none is unlisted
    pages            hold no script or style of their own in the text and reach for nothing outside: the policy forbids it
    scripts          put what comes from outside on the page as text alone
    the first page   is small

Prints what is wrong and exits with 1. With --self-test each rule has to catch what is planted for it.
"""

import gzip
import hashlib
import re
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent.parent / "web"
FIRST_PAGE_BYTES_MAX = 100_000

# What would make markup or code of a text.
UNSAFE = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function|setAttribute\(\s*[\"']on)")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son\w+=", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|href)=[\"'](?:https?:)?//|url\(\s*[\"']?https?:|import[^\n]*[\"']https?:", re.IGNORECASE)


def checksums(listing):
    return {name: digest for digest, name in re.findall(r"\| `([0-9a-f]{64})` \| `([^`]+)` \|", listing)}


def faults_of_vendored(listed, files):
    """`files` is {name: bytes}."""
    for name, content in sorted(files.items()):
        if name not in listed:
            yield f"web/vendor/{name} is not listed in VENDORED.md"
        elif hashlib.sha256(content).hexdigest() != listed[name]:
            yield f"web/vendor/{name} has another checksum than VENDORED.md says"
    for name in sorted(listed.keys() - files.keys()):
        yield f"web/vendor/{name} is listed in VENDORED.md and not there"


def faults_of_text(name, text):
    if name.endswith(".html") and INLINE.search(text):
        yield f"web/{name} holds a script, a style or a handler in its text, which the policy forbids"
    if name.endswith((".html", ".css", ".js")) and FOREIGN.search(text):
        yield f"web/{name} reaches for another site"
    if name.endswith(".js") and UNSAFE.search(text):
        yield f"web/{name} makes markup or code of a text: {UNSAFE.search(text)[0]}"


def first_page_bytes(files):
    return sum(len(gzip.compress(content, 9)) for name, content in files.items() if not name.startswith("docs"))


def check():
    vendored = {path.relative_to(WEB / "vendor").as_posix(): path.read_bytes()
                for path in (WEB / "vendor").rglob("*") if path.is_file() and path.name != "VENDORED.md"}
    ours = {path.name: path.read_bytes() for path in WEB.iterdir() if path.is_file() and path.suffix != ".json"}
    faults = list(faults_of_vendored(checksums((WEB / "vendor/VENDORED.md").read_text(encoding="utf-8")), vendored))
    for name, content in sorted(ours.items()):
        faults += faults_of_text(name, content.decode("utf-8"))
    size = first_page_bytes(ours)
    if size > FIRST_PAGE_BYTES_MAX:
        faults.append(f"the first page has {size} bytes compressed; it may have {FIRST_PAGE_BYTES_MAX}")
    for fault in faults:
        print(fault)
    print(f"{len(vendored)} vendored files and {len(ours)} of ours read; the first page has {size} bytes compressed; "
          f"{len(faults)} faults")
    return 1 if faults or not vendored or not ours else 0


def self_test():
    digest = hashlib.sha256(b"right").hexdigest()
    planted = [
        list(faults_of_vendored({"a": digest}, {"a": b"wrong"})),
        list(faults_of_vendored({}, {"a": b"right"})),
        list(faults_of_vendored({"a": digest}, {})),
        list(faults_of_text("a.html", "<script>alert()</script>")),
        list(faults_of_text("a.html", '<p style="color:red">')),
        list(faults_of_text("a.html", '<p onclick="go()">')),
        list(faults_of_text("a.html", '<script src="https://example.org/a.js"></script>')),
        list(faults_of_text("a.css", "background: url(https://example.org/a.png)")),
        list(faults_of_text("a.js", "element.innerHTML = name;")),
    ]
    honest = [
        list(faults_of_vendored(checksums(f"| `{digest}` | `a` |"), {"a": b"right"})),
        list(faults_of_text("a.html", '<script type="module" src="/assets/app.js"></script><a href="/docs">')),
        list(faults_of_text("a.js", "element.textContent = name;")),
    ]
    missed = [i for i, faults in enumerate(planted) if not faults]
    wrong = [faults for faults in honest if faults]
    print(f"{len(planted)} planted faults, missed: {missed or 'none'}; honest text blamed: {wrong or 'never'}")
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(self_test() if "--self-test" in sys.argv[1:] else check())
