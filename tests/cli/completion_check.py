#!/usr/bin/env python3
"""completion_check.py BIN FILE bash TOOL: the bash completion FILE offers every option that TOOL's --help shows (and each
subcommand's), its subcommands, the values that an option may have, and files where one is taken.
completion_check.py BIN FILE zsh TOOL: zsh, typed at in a terminal, completes an option, a value and a subcommand of it."""
import functools
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time

from help_text import Help

problems = []


def expect(condition, text):
    if not condition:
        problems.append(text)


# --- bash ------------------------------------------------------------------------------------------------

ASK_BASH = r"""
source "$1"; shift
COMP_LINE=$1; COMP_POINT=${#COMP_LINE}; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
complete -p "$1" >/dev/null || exit 3
typed=${COMP_WORDS[COMP_CWORD]}
[[ $typed != [=:] ]] || typed=
_pulse "$1" "$typed" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def words_of(line):
    """A line as bash cuts it for completion: at blanks, and = and : are words of their own."""
    words = []
    for part in line.split(" "):
        piece = ""
        for c in part:
            if c in "=:":
                words += [piece, c] if piece else [c]
                piece = ""
            else:
                piece += c
        if piece or not part:
            words.append(piece)
    return words


def bash(file, path, line, folder):
    env = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"}
    run = subprocess.run(["bash", "--norc", "-c", ASK_BASH, "bash", file, line, *words_of(line)], cwd=folder, env=env,
                         capture_output=True, text=True)
    if run.returncode != 0 or run.stderr:
        problems.append(f"bash ends with {run.returncode} for '{line}': {run.stderr}")
    return sorted(set(run.stdout.split("\n")) - {""})


def check_bash(bin_dir, file, tool, folder):
    (folder / "tape.jsonl").touch()
    (folder / "spool").mkdir()

    @functools.cache
    def offers(line):
        return bash(file, bin_dir, line, folder)

    top = Help(bin_dir / tool)
    expect(offers(f"{tool} --") == sorted(top.options), f"{tool} --: {offers(f'{tool} --')}")
    if top.commands:
        expect(offers(f"{tool} ") == sorted(top.commands), f"{tool}: {offers(f'{tool} ')}")
    for command in top.commands or [""]:
        start = f"{tool} {command}".strip()
        shown = Help(bin_dir / tool, command) if command else top
        expect(offers(f"{start} --") == sorted({*shown.options, *top.options}), f"{start} --: {offers(f'{start} --')}")
        expect(bool(offers(f"{start} ")) == shown.takes_files, f"{start}: files are offered: {offers(f'{start} ')}")
        for option in shown.options.values():
            for between in " =":
                line = f"{start} {option.name}{between}"
                if option.choices:
                    expect(offers(line) == sorted(option.choices), f"{line}: {offers(line)}")
                    expect(offers(line + option.choices[0][:2]) == [c for c in option.choices if c.startswith(option.choices[0][:2])],
                           f"{line}{option.choices[0][:2]}: {offers(line + option.choices[0][:2])}")
                elif option.type == "FILE":
                    expect(offers(f"{line}ta") == ["tape.jsonl"], f"{line}ta: {offers(f'{line}ta')}")
                elif option.type == "DIR":
                    expect(offers(line) == ["spool"], f"{line}: {offers(line)}")
    if tool == "polygon-sim":
        expect(offers("polygon-sim serve --faults 1000:dr") == ["drop"], "--faults 1000:dr")
        expect(offers("polygon-sim serve --faults 1000:drop,2/0:au") == ["auth-refused"], "--faults …,2/0:au")
        expect(offers("polygon-sim serve --faults http/3:tr") == ["truncate"], "--faults http/3:tr")


# --- zsh -------------------------------------------------------------------------------------------------

SET_UP_ZSH = r"""
PS1='% '
fpath=(%(folder)s $fpath)
PATH=%(bin)s:$PATH
autoload -Uz compinit && compinit -u -D
setopt no_list_beep no_beep
zmodload zsh/complist
tell() { print -r -- "$BUFFER" >>%(told)s; BUFFER= }
zle -N tell
bindkey '^Xt' tell
print ready >%(told)s
"""


class Zsh:
    """An interactive zsh in a terminal: complete() types a line and a tab, and gives what the line is then."""

    def __init__(self, bin_dir, file, folder):
        self.told = folder / "told"
        script = folder / "setup"
        script.write_text(SET_UP_ZSH.replace("%(folder)s", str(file.parent)).replace("%(bin)s", str(bin_dir))
                          .replace("%(told)s", str(self.told)))
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(folder), "LC_ALL": "C.UTF-8"})
        self.screen = b""
        self.type(f". {script}\r")
        self.lines(1)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def lines(self, count):
        """Waits until so many lines were told."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0.02)[0]:
                self.screen += os.read(self.terminal, 65536)
            if self.told.exists() and len(lines := self.told.read_text().splitlines()) >= count:
                return lines
        raise AssertionError(f"zsh tells nothing; the terminal shows:\n{self.screen.decode(errors='replace')}")

    def complete(self, line):
        count = len(self.lines(1))
        self.type(line + "\t")
        self.type("\x18t")
        return self.lines(count + 1)[-1]

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def check_zsh(bin_dir, file, tool, folder):
    zsh = Zsh(bin_dir, file, folder)
    try:
        def becomes(line, wanted):
            got = zsh.complete(line)
            expect(got.rstrip() == wanted, f"'{line}' becomes '{got}', not '{wanted}'")

        (folder / "tape.jsonl").touch()
        becomes(f"{tool} --log-fo", f"{tool} --log-format=")  # zsh takes the = back when a blank is typed
        becomes(f"{tool} --log-level deb", f"{tool} --log-level debug")
        becomes(f"{tool} --log-format=js", f"{tool} --log-format=json")
        top = Help(bin_dir / tool)
        for command in top.commands:
            becomes(f"{tool} {command[:-1]}", f"{tool} {command}")
            shown = Help(bin_dir / tool, command)
            name = next(name for name in shown.options if name != "--help")
            if sum(other.startswith(name[:-1]) for other in {*shown.options, *top.options}) == 1:
                becomes(f"{tool} {command} {name[:-1]}", f"{tool} {command} {name}" + ("=" if shown.options[name].type else ""))
        if top.takes_files:
            becomes(f"{tool} tape.j", f"{tool} tape.jsonl")
    finally:
        zsh.end()


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    bin_dir, file, shell, tool = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    with tempfile.TemporaryDirectory() as folder:
        (check_bash if shell == "bash" else check_zsh)(bin_dir, file, tool, pathlib.Path(folder))
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
