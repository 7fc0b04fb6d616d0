#!/usr/bin/env python3
"""complete.py: what can be seen of the manual without running anything. Links between its files lead somewhere, the table of
contents names every page, docs/operating.md tells about every metric and every alarm there is and about no other, and
that page and pulse(7) list the exit codes that the code has."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
problems = []


def expect(condition, text):
    if not condition:
        problems.append(text)


def same(what, told, known):
    expect(told >= known, f"{what}: nothing about {sorted(known - told)}")
    expect(told <= known, f"{what}: {sorted(told - known)} do not exist")


def anchor(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def check_links(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, part = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        expect(file.exists(), f"{page.relative_to(ROOT)}: {target} doesn't exist")
        if part and file.suffix == ".md" and file.exists():
            headings = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", file.read_text(), re.M)}
            expect(part in headings, f"{page.relative_to(ROOT)}: {target}: no such heading")


def code_of(folder, pattern):
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).rglob(pattern)))


def main():
    pages = sorted(DOCS.glob("*.md"))
    for page in [*pages, ROOT / "README.md"]:
        check_links(page)
    contents = (DOCS / "README.md").read_text()
    listed = set(re.findall(r"\]\(([^)#\s]+\.md)\)", contents))
    same("docs/README.md", listed, {page.name for page in pages if page.name != "README.md"} |
         {f"man/{page.name}" for page in (DOCS / "man").glob("*.[17].md")})

    operating = (DOCS / "operating.md").read_text()
    metrics = set(re.findall(r'"(pulse_[a-z]+_[a-z_]+)"', code_of("lib", "*_metrics.cpp")))
    expect(len(metrics) > 30, f"only {len(metrics)} metrics found in lib/*/*_metrics.cpp")
    same("docs/operating.md, metrics", set(re.findall(r"`(pulse_(?:stream|sink|serve)_[a-z_]+)`", operating)), metrics)
    alarms = set(re.findall(r"- alert: (\w+)", (DOCS / "alerts.yml").read_text()))
    same("docs/operating.md, alarms", set(re.findall(r"^\| (Pulse\w+) \|", operating, re.M)), alarms)

    codes = set(re.findall(r"^\s+k\w+ = (\d+),", (ROOT / "lib/base/error.hpp").read_text(), re.M))
    same("docs/operating.md, exit codes", set(re.findall(r"^\| (\d+) \|", operating, re.M)), codes)
    page = subprocess.run([DOCS / "man/build", "--expand", DOCS / "man/pulse.7.md"], check=True, capture_output=True, text=True).stdout
    same("pulse(7), exit codes", set(re.findall(r"^\*\*(\d+)\*\*", page, re.M)) - {"130"}, codes)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
