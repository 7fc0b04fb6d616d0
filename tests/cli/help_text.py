"""What a tool says about itself in --help, taken apart."""
import os
import re
import subprocess

# `  --format TEXT:{auto,csv}=auto`, or with newer CLI11 `  --format TEXT:{auto,csv} [auto]`
SIGNATURE = re.compile(
    r"^  (?:-\w, *)?(?P<name>--[a-z0-9][a-z0-9-]*)"
    r"(?: (?P<type>[A-Z][A-Z0-9-]*))?"
    r"(?::\{(?P<choices>[^}]*)\}|:[A-Z]+ in \[(?P<range>[^\]]*)\])?"
    r"(?:=(?P<default>\S+)| \[(?P<default2>[^\]\s]+)\])?(?=\s|$)")
WORDS_COLUMN = 34  # see run_tool(): what an option does stands from there on


class Option:
    def __init__(self, match):
        self.name = match["name"]
        self.type = match["type"]  # None: a flag
        self.choices = match["choices"].split(",") if match["choices"] else []
        self.range = match["range"].split(" - ") if match["range"] else None
        self.default = match["default"] or match["default2"]
        self.env = None
        self.words = ""

    def add(self, text):
        self.words = f"{self.words} {text.strip()}".strip()
        # Told in words where the library doesn't know it; behind a colon it is a description, not a value.
        if said := re.search(r"\(default ([^()\s]+)\)", self.words):
            self.default = self.default or said[1]


class Help:
    """`TOOL [COMMAND] --help`: its options by name, subcommands, whether it takes files, and the exit codes it names."""

    def __init__(self, path, command=None):
        arguments = [path, command, "--help"] if command else [path, "--help"]
        env = {k: v for k, v in os.environ.items() if not k.startswith("LOG_")}
        self.text = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True, env=env).stdout
        self.options, self.commands, self.takes_files = {}, [], False
        section, option = "", None
        for line in self.text.splitlines():
            if heading := re.match(r"([A-Z][A-Za-z]*):$", line):
                section, option = heading[1].lower(), None
            elif match := SIGNATURE.match(line):
                option = self.options.setdefault(match["name"], Option(match))
                if env_name := re.search(r"\(Env:(\w+)\)", line):
                    option.env = env_name[1]
                if line[WORDS_COLUMN - 1:WORDS_COLUMN] == " ":
                    option.add(line[WORDS_COLUMN:])
            elif option and line.startswith(" " * 30):
                option.add(line)
            else:
                option = None
                if section == "subcommands" and (match := re.match(r"  ([a-z][\w-]*)", line)):
                    self.commands.append(match[1])
                self.takes_files |= section == "positionals" and line.startswith("  FILE ")
        codes = re.search(r"^Exit codes:(.*?)(?:\n\n|\Z)", self.text, re.S | re.M)
        self.exit_codes = set(re.findall(r"\b(\d+) [a-z]", codes[1])) if codes else set()
