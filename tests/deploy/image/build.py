"""Performs the stages of a Dockerfile, or only walks through them."""
import os
import subprocess
from dataclasses import dataclass, field

import dockerfile
import roots
from context import folders


@dataclass
class Image:
    """What a stage ends as: a root file system and how a container of it is started."""

    root: str
    environment: dict = field(default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})
    user: str = "0:0"
    workdir: str = "/"
    command: list = field(default_factory=list)
    healthcheck: list = field(default_factory=list)
    stopsignal: str = "SIGTERM"
    before: dict = field(default_factory=dict)  # the base's files
    base_packages: dict = field(default_factory=dict)
    layers: list = field(default_factory=list)  # (line, bytes, paths) of each step that changed files


class Builder:
    """`work` holds the roots, `cache` the base; with `dry` nothing is made and only what can be known without it is checked; with
    `resume` earlier stages go on in the roots that they left, the last one is always new."""

    def __init__(self, stages, context, work, cache, apt_conf="", dry=False, resume=False):
        self.stages, self.context, self.work, self.cache = stages, context, work, cache
        self.apt_conf, self.dry, self.resume = apt_conf, dry, resume
        self.images = {}

    def build(self):
        """The image of the last stage."""
        image = None
        for number, stage in enumerate(self.stages):
            if stage.base in self.images:
                raise dockerfile.DockerfileError(f"FROM {stage.base}: a stage as a base is not supported")
            image = Image(os.path.join(self.work, f"stage{number}"))
            last = number == len(self.stages) - 1
            if not self.dry:
                if last or not self.resume or not os.path.isdir(image.root):
                    roots.remove(image.root)
                    roots.unpack(roots.base(stage.base, self.cache, self.apt_conf), image.root)
                image.before = roots.snapshot(image.root)
                image.base_packages = roots.packages(image.root)
            known = image.before
            for step in stage.instructions:
                if not self.dry:
                    print(f"{stage.name}, line {step.line}: {step.name} {step.text[:90]}", flush=True)
                self.perform(step, image)
                if last and not self.dry and step.name in ("RUN", "COPY", "WORKDIR"):
                    known = self.note_layer(step, image, known)
            self.images[stage.name] = image
        return image

    @staticmethod
    def note_layer(step, image, known):
        entries = roots.snapshot(image.root)
        paths = roots.changed(known, entries)
        if paths:
            image.layers.append((step.line, roots.layer_bytes(entries, paths), paths))
        return entries

    def perform(self, step, image):
        match step.name:
            case "RUN":
                self.run(step, image)
            case "COPY":
                self.copy(step, image)
            case "ENV":
                image.environment |= dockerfile.assignments(step, image.environment)
            case "LABEL":
                dockerfile.assignments(step, image.environment)
            case "USER":
                image.user = dockerfile.expand(step, step.text, image.environment)
            case "WORKDIR":
                image.workdir = os.path.normpath(os.path.join(image.workdir, dockerfile.expand(step, step.text, image.environment)))
                if not self.dry:
                    folders(self.inside(image, image.workdir))
            case "CMD":
                image.command = step.exec_form()
            case "HEALTHCHECK":
                image.healthcheck = dockerfile.healthcheck(step)
            case "STOPSIGNAL":
                image.stopsignal = step.text
            case "EXPOSE":
                if not step.text.isdigit():
                    step.fail("expected a port")

    def run(self, step, image):
        if step.text.startswith("["):
            step.fail("the exec form is not supported")
        if self.dry:
            if subprocess.run(["/bin/sh", "-n", "-c", step.text], stderr=subprocess.DEVNULL, check=False).returncode != 0:
                step.fail("is no shell command")
            return
        try:
            roots.run(image.root, step.text, environment=image.environment, user=image.user, workdir=image.workdir,
                      apt_conf=self.apt_conf)
        except subprocess.CalledProcessError as error:
            step.fail(f"ended with {error.returncode}")

    @staticmethod
    def inside(image, path):
        return os.path.join(image.root, path.lstrip("/"))

    def copy(self, step, image):
        sources, destination = dockerfile.copy_parts(step)
        destination = dockerfile.expand(step, destination, image.environment)
        into_folder = destination.endswith("/") or destination in (".", "./")
        target = os.path.normpath(os.path.join(self.inside(image, image.workdir), destination)
                                  if not destination.startswith("/") else self.inside(image, destination))
        origin = self.context
        if "from" in step.flags:
            if step.flags["from"] not in self.images:
                step.fail(f"there is no stage {step.flags['from']} above")
            if self.dry:
                return  # what the other stage holds is known when it was built
            origin = type(self.context)(self.images[step.flags["from"]].root)
        for source in sources:
            if self.dry:
                origin.check(step, source)
                continue
            made = origin.copy(step, source, target, into_folder or os.path.isdir(target))
            self.adjust(step, image, made)

    @staticmethod
    def adjust(step, image, made):
        if "chown" in step.flags:
            owner, _, group = step.flags["chown"].partition(":")
            if not owner.isdigit() or not group.isdigit():
                step.fail("--chown takes UID:GID here")
            for path in made:
                os.chown(path, int(owner), int(group), follow_symlinks=False)
        if "chmod" in step.flags:
            for path in made:
                if not os.path.islink(path):
                    os.chmod(path, int(step.flags["chmod"], 8))
