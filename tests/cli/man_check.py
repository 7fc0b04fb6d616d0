#!/usr/bin/env python3
"""man_check.py BIN ROOT TOOL: the man page docs/man/TOOL.1.md and TOOL's --help (that of each subcommand, too) say the same:
every option of one is in the other, with the same default, and every choice and range. It names known exit codes, among them
all that --help names, and the variables that stand in for options.
man_check.py BIN ROOT --every: each program in BIN has a page.
man_check.py BIN ROOT --render PAGE: lowdown and man show docs/man/PAGE.md without a warning.

A page's options stand below `# OPTIONS`, each a paragraph that starts with `**--name** *VALUE*`. Those that only some
subcommands take stand below a heading that lists them: `## trades, heal`.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from help_text import Help

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
OF_SIGNALS = {"130", "143"}  # 128 + SIGINT, SIGTERM: the second signal
OPTION = re.compile(r"\*\*(?:-\w\*\*, \*\*)?(--[a-z0-9][a-z0-9-]*)\*\*")
problems = []


def expect(condition, text):
    if not condition:
        problems.append(text)


def expand(root, page):
    return subprocess.run([root / "docs/man/build", "--expand", root / f"docs/man/{page}.md"], check=True, capture_output=True,
                          text=True).stdout


def sections_of(text):
    found, name = {}, None
    for line in re.sub(r"^```.*?^```$", lambda m: re.sub(r"^#", " #", m[0], flags=re.M), text, flags=re.S | re.M).splitlines():
        if line.startswith("# "):
            name = line[2:].strip()
            expect(name not in found, f"the section {name} is there twice")
            found[name] = []
        elif name:
            found[name].append(line)
    return found


def options_of(lines, commands):
    """What the page tells of each option: {command or "": {name: text}}. "" is for the tool and all of its commands."""
    told = {}
    scope, name = [""], None
    for line in lines:
        if heading := re.match(r"##+ (.*)", line):
            names = [each.strip() for each in heading[1].split(",")]
            scope, name = (names if set(names) <= set(commands) else [""]), None
        elif match := OPTION.match(line):
            name = match[1]
            for each in scope:
                expect(name not in told.get(each, {}), f"{name} is told about twice under the same heading")
        if name:
            for each in scope:
                options = told.setdefault(each, {})
                options[name] = options.get(name, "") + line + "\n"
    return told


def defaults_in(text):
    """The defaults that a text states: `Default: `text`, or what LOG_FORMAT says.`, `Default: **LOG_FORMAT**, else `text`.` All of them,
    without the marks around them, and that one which a statement begins with as a literal, in `…`."""
    stated, literal = set(), set()
    for statement in re.findall(r"\b[Dd]efaults?(?: to| is|:)? +(.*?)(?:\.(?=\s)|\Z)", text, re.S):
        stated |= {re.split(r"[\s;]", statement)[0].strip("`*.,;)"), *re.findall(r"`([^`]+)`", statement)}
        literal |= set(re.findall(r"\A`([^`]+)`", statement))
    return stated, literal


def check_option(where, option, text):
    stated, literal = defaults_in(text)
    if option.default:
        expect(option.default in stated, f"{where}: --help says that the default is {option.default}, the page says: {sorted(stated)}")
    expect(literal <= {option.default}, f"{where}: the page says that the default is {sorted(literal)}, --help: {option.default}")
    for choice in option.choices:
        expect(re.search(rf"(?<![\w-]){re.escape(choice)}(?![\w-])", text), f"{where}: the page doesn't tell about the choice {choice}")
    if option.range and (told := re.search(r"\b([\d,.]*\d) to ([\d,.]*\d)(?=[.;,)](?:\s|\Z))", text)):
        expect([each.replace(",", "") for each in told.groups()] == option.range,
               f"{where}: the page says {told[0]}, --help says {' to '.join(option.range)}")
    takes_value = re.match(r"[^\n]*?\*\*(?:=| )\*[^*]+\*", text) is not None
    expect(takes_value == (option.type is not None), f"{where}: the page and --help disagree whether it takes a value")


def check_tool(bin_dir, root, tool):
    page = f"{tool}.1"
    if not (root / f"docs/man/{page}.md").exists():
        return problems.append(f"{tool} has no man page: write docs/man/{page}.md")
    text = expand(root, page)
    sections = sections_of(text)
    order = [name for name in sections if name in SECTIONS]
    expect(order == SECTIONS, f"the page has the sections {order}, it needs {SECTIONS} in this order")
    expect(f"\n{tool} - " in "\n" + "\n".join(sections.get("NAME", [])), f"NAME doesn't say `{tool} - what it does`")

    helps = {"": Help(bin_dir / tool)}
    commands = helps[""].commands
    helps |= {command: Help(bin_dir / tool, command) for command in commands}
    for command in commands:
        expect(re.search(rf"\*\*{tool}\*\* \*\*{command}\*\*", "\n".join(sections.get("SYNOPSIS", []))),
               f"SYNOPSIS doesn't tell about the command {command}")
    told = options_of(sections.get("OPTIONS", []), commands)
    for command, shown in helps.items():
        where = f"{tool} {command}".strip()
        page_options = told.get(command, {})
        everywhere = told.get("", {})
        for name, option in shown.options.items():
            described = page_options.get(name, everywhere.get(name))
            expect(described is not None, f"{where}: --help has {name}, the page doesn't")
            if described is not None:
                check_option(f"{where} {name}", option, described)
            if option.env:
                expect(option.env in text, f"{where} {name}: the page doesn't tell about {option.env}")
        for name in page_options:
            expect(name in shown.options, f"{where}: the page has {name}, --help doesn't")
    known_names = {name for shown in helps.values() for name in shown.options}
    for name in told.get("", {}):
        expect(name in known_names, f"{tool}: the page has {name}, --help doesn't")

    known = set(re.findall(r"^\s+k\w+ = (\d+),", (root / "lib/base/error.hpp").read_text(), re.M)) | OF_SIGNALS
    codes = set(re.findall(r"^\*\*(\d+)\*\*", "\n".join(sections.get("EXIT STATUS", [])), re.M))
    expect({"0", "2"} <= codes, f"EXIT STATUS lists {sorted(codes)}")
    expect(codes <= known, f"EXIT STATUS lists unknown codes: {sorted(codes - known)}")
    for command, shown in helps.items():
        expect(shown.exit_codes <= codes, f"--help {command} names exit codes that the page doesn't: {sorted(shown.exit_codes - codes)}")


def check_every(bin_dir, root):
    programs = [path.name for path in bin_dir.iterdir() if path.is_file() and os.access(path, os.X_OK)]
    expect(programs, f"no programs in {bin_dir}")
    for program in sorted(programs):
        expect((root / f"docs/man/{program}.1.md").exists(), f"{program} has no man page: write docs/man/{program}.1.md")


def check_render(root, page):
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder, page)
        subprocess.run([root / "docs/man/build", root / f"docs/man/{page}.md", made], check=True)
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFOPT": "-ww", "HOME": folder}
        shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", made], capture_output=True, text=True, env=env)
    expect(shown.returncode == 0 and not shown.stderr, f"man complains: {shown.stderr}")
    plain = re.sub(r".\x08", "", shown.stdout)
    unbroken = re.sub(r"-\n +", "-", plain)  # an option at the end of a line may be broken at a hyphen
    for name in sections_of(expand(root, page)):
        expect(re.search(rf"^{name}$", plain, re.M), f"man doesn't show the section {name}")
    for name in set(OPTION.findall(expand(root, page))):
        expect(name in unbroken, f"man doesn't show {name} as it is typed")


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    bin_dir, root, what = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    if what == "--every":
        check_every(bin_dir, root)
    elif what == "--render":
        check_render(root, sys.argv[4])
    else:
        check_tool(bin_dir, root, what)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
