"""Reads the part of Dockerfiles that ours uses. What it doesn't know is an error: a step that is skipped proves nothing."""
import json
import re
import shlex
from dataclasses import dataclass, field


class DockerfileError(Exception):
    """A Dockerfile that can't be understood; says in which line and why."""


# Instruction: the flags it may have.
KNOWN = {
    "FROM": (), "RUN": (), "COPY": ("from", "chown", "chmod"), "ENV": (), "USER": (), "WORKDIR": (), "EXPOSE": (), "STOPSIGNAL": (),
    "LABEL": (), "CMD": (), "HEALTHCHECK": ("interval", "timeout", "start-period", "retries"),
}


@dataclass
class Instruction:
    line: int  # where it begins
    name: str
    flags: dict
    text: str  # what stands behind the flags, continued lines joined

    def fail(self, why):
        raise DockerfileError(f"line {self.line}: {self.name}: {why}")

    def exec_form(self):
        """The words of a JSON array; the shell form is refused, because TERM would reach a shell that doesn't hand it on."""
        try:
            words = json.loads(self.text)
        except json.JSONDecodeError:
            words = None
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            self.fail("the exec form is needed: a JSON array of strings")
        return words

    def words(self):
        return shlex.split(self.text)


@dataclass
class Stage:
    base: str  # what FROM names
    name: str  # AS …, or its number
    instructions: list = field(default_factory=list)


def logical_lines(text):
    """(number of the first line, text) of each instruction: comments left out, continuations joined."""
    begun, parts = 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            if re.match(r"#\s*(syntax|escape|check)\s*=", line):
                raise DockerfileError(f"line {number}: parser directives are not supported")
            continue
        if not line.strip():
            if parts:
                raise DockerfileError(f"line {number}: an empty line in a continued instruction")
            continue
        begun = begun if parts else number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1])
            continue
        yield begun, "".join(parts + [line]).strip()
        parts = []
    if parts:
        raise DockerfileError(f"line {begun}: the file ends in a continued instruction")


def instruction(number, text):
    name, _, rest = text.partition(" ")
    name, rest, flags = name.upper(), rest.strip(), {}
    if name not in KNOWN:
        raise DockerfileError(f"line {number}: unknown instruction {name}")
    if "<<" in rest:
        raise DockerfileError(f"line {number}: here-documents are not supported")
    while match := re.match(r"--([a-z-]+)=(\S+)\s*", rest):
        if match[1] not in KNOWN[name]:
            raise DockerfileError(f"line {number}: {name} with --{match[1]} is not supported")
        flags[match[1]], rest = match[2], rest[match.end():]
    if rest.startswith("--"):
        raise DockerfileError(f"line {number}: {name} with {rest.split()[0]} is not supported")
    return Instruction(number, name, flags, rest)


def read(text):
    """The stages of a Dockerfile, in order."""
    stages = []
    for number, line in logical_lines(text):
        step = instruction(number, line)
        if step.name == "FROM":
            words = step.words()
            if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
                step.fail("expected IMAGE or IMAGE AS NAME")
            stages.append(Stage(words[0], words[2] if len(words) == 3 else str(len(stages))))
        elif not stages:
            step.fail("stands before the first FROM")
        else:
            stages[-1].instructions.append(step)
    if not stages:
        raise DockerfileError("no FROM")
    return stages


def expand(step, text, environment):
    """$NAME and ${NAME} of earlier ENV instructions; an unknown name is an error, not nothing."""
    def value(match):
        name = match[1] or match[2]
        if name not in environment:
            step.fail(f"${name} is not set")
        return environment[name]

    if re.search(r"\$\{[^}]*[^A-Za-z0-9_}]", text) or "\\$" in text:
        step.fail("only $NAME and ${NAME} are supported")
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)


def assignments(step, environment):
    """The NAME=value pairs of ENV and LABEL."""
    pairs = {}
    for word in step.words():
        name, equals, value = word.partition("=")
        if not equals:
            step.fail("expected NAME=value")
        pairs[name] = expand(step, value, environment)
    return pairs


def copy_parts(step):
    """Sources and destination of COPY."""
    words = step.words()
    if len(words) < 2:
        step.fail("expected SOURCE… DESTINATION")
    sources, destination = words[:-1], words[-1]
    if any(character in source for source in sources for character in "*?[$"):
        step.fail("patterns in sources are not supported")
    if len(sources) > 1 and not destination.endswith("/"):
        step.fail("several sources need a folder, ending in /")
    return sources, destination


def healthcheck(step):
    """The command of HEALTHCHECK."""
    kind, _, rest = step.text.partition(" ")
    if kind.upper() != "CMD":
        step.fail("expected CMD")
    return Instruction(step.line, step.name, {}, rest.strip()).exec_form()
