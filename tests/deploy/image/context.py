"""The files that COPY may take: those of the checkout that .dockerignore leaves."""
import os
import re
import shutil

from dockerfile import DockerfileError


def pattern(line):
    """A line of .dockerignore as a regular expression about a path and everything below it."""
    if line.startswith("!"):
        raise DockerfileError(f".dockerignore: exceptions are not supported: {line}")
    out = ""
    for part in re.findall(r"\*\*/?|\*|\?|[^*?]+", line.strip("/")):
        if part.startswith("**"):
            out += "(?:.*/)?" if part.endswith("/") else ".*"
        elif part == "*":
            out += "[^/]*"
        elif part == "?":
            out += "[^/]"
        else:
            out += re.escape(part)
    return re.compile(out + r"(?:/.*)?\Z")


class Context:
    """A folder to copy from. `ignored` are lines of .dockerignore."""

    def __init__(self, root, ignored=()):
        self.root = os.path.abspath(root)
        lines = (line.strip() for line in ignored)
        self.ignored = [pattern(line) for line in lines if line and not line.startswith("#")]

    def takes(self, path):
        return not any(one.match(path) for one in self.ignored)

    def check(self, step, source):
        """Where the source is; an error if COPY would not find it."""
        path = os.path.normpath(source.lstrip("/"))
        full = os.path.join(self.root, path)
        if path.startswith("..") or not os.path.lexists(full):
            step.fail(f"{source} does not exist")
        if path != "." and not self.takes(path):
            step.fail(f"{source} is left out by .dockerignore")
        return path, full

    def copy(self, step, source, destination, into_folder):
        """Copies a file, or what is in a folder, to the full path `destination`; returns the paths that it made. Like Docker it
        keeps modes and times, and everything belongs to root."""
        path, full = self.check(step, source)
        if not os.path.isdir(full) or os.path.islink(full):
            target = os.path.join(destination, os.path.basename(full)) if into_folder else destination
            return [*folders(os.path.dirname(target)), put(full, target)]
        made = folders(destination)
        for folder, names, files in os.walk(full):
            relative = os.path.relpath(folder, full)
            below = os.path.normpath(os.path.join(path, relative))
            links = [name for name in names if os.path.islink(os.path.join(folder, name))]
            names[:] = [name for name in names if name not in links and self.takes(os.path.normpath(os.path.join(below, name)))]
            for name in names:
                made += folders(os.path.join(destination, relative, name))
            for name in files + links:
                if self.takes(os.path.normpath(os.path.join(below, name))):
                    made.append(put(os.path.join(folder, name), os.path.normpath(os.path.join(destination, relative, name))))
        return made


def folders(path):
    """Makes a folder and its parents; returns those that were not there."""
    path, made = os.path.normpath(path), []
    while not os.path.isdir(path):
        made.append(path)
        path = os.path.dirname(path)
    for missing in reversed(made):
        os.mkdir(missing, 0o755)
        os.chmod(missing, 0o755)
    return made


def put(source, target):
    shutil.copy2(source, target, follow_symlinks=False)
    os.chown(target, 0, 0, follow_symlinks=False)
    return target
