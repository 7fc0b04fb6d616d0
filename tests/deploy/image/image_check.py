"""Builds the image of the Dockerfile without a container engine, tells what it holds, and runs it. See scripts/image-check."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import dockerfile
import roots
from build import Builder
from context import Context

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))


def options():
    parser = argparse.ArgumentParser(
        prog="image-check", description="Performs the steps of the Dockerfile in roots made of Debian's packages, tells what the image "
        "holds beyond its base, and runs it: read-only but for the spool and /tmp, as its user, each service as process 1. Needs root, "
        "mmdebstrap, PostgreSQL's server and jq.")
    parser.add_argument("--dry-run", action="store_true", help="only read the Dockerfile: its instructions are known, its sources exist")
    parser.add_argument("--file", default=os.path.join(ROOT, "Dockerfile"), help="another Dockerfile")
    parser.add_argument("--cache", metavar="DIR", default=os.path.join(ROOT, ".cache/image-check"), help="where the base is kept")
    parser.add_argument("--work", metavar="DIR", help="where the roots are made, and stay (default: a temporary folder)")
    parser.add_argument("--again", action="store_true", help="don't build: run once more what --work holds")
    parser.add_argument("--resume", action="store_true", help="build on what --work holds of the earlier stages: quicker, and proves less")
    parser.add_argument("--max-mb", type=float, default=150, help="most megabytes beyond the base (150)")
    parser.add_argument("--apt-conf", metavar="FILE", default="", help="settings for apt while building, as for a mirror")
    chosen = parser.parse_args()
    if (chosen.again or chosen.resume) and not chosen.work:
        parser.error("--again and --resume need --work")
    return chosen


def needed():
    if os.geteuid() != 0:
        raise SystemExit("image-check: needs root, for chroot and mounts (--dry-run does not)")
    for tool in ("mmdebstrap", "unshare", "nsenter", "jq", "psql"):
        if not shutil.which(tool):
            raise SystemExit(f"image-check: needs {tool}: apt-get install mmdebstrap util-linux jq postgresql")


def megabytes(count):
    return f"{count / 1e6:.1f} MB"


def report(image):
    """Tells what is in the image beyond the base; returns the bytes of its layers."""
    after = roots.snapshot(image.root)
    new = {name: version for name, version in roots.packages(image.root).items() if name not in image.base_packages}
    print(f"\npackages beyond the base: {len(new)}")
    for name, version in sorted(new.items()):
        print(f"  {name} {version}")
    owned = roots.packaged_files(image.root)
    loose = [path for path in roots.changed(image.before, after) if path not in owned and not path.startswith("var/lib/dpkg/")
             and not os.path.isdir(os.path.join(image.root, path))]
    print(f"files that belong to no package: {len(loose)}")
    for path in loose:
        print(f"  {after[path][3]:>9} /{path}")
    print("layers:")
    for line, size, paths in image.layers:
        print(f"  line {line}: {megabytes(size)}, {len(paths)} paths")
    total = sum(size for _, size, _ in image.layers)
    print(f"beyond the base: {megabytes(total)}; the base: {megabytes(roots.layer_bytes(image.before, image.before))}\n", flush=True)
    return total


def build(chosen, work):
    with open(chosen.file, encoding="utf-8") as file:
        stages = dockerfile.read(file.read())
    with open(os.path.join(ROOT, ".dockerignore"), encoding="utf-8") as file:
        context = Context(ROOT, file)
    return Builder(stages, context, work, chosen.cache, chosen.apt_conf, chosen.dry_run, chosen.resume).build()


def check(chosen, work):
    """True when the image is as it should be."""
    settings = os.path.join(work, "image.json")
    good = True
    if not chosen.again:
        image = build(chosen, work)
        size = report(image)
        if size > chosen.max_mb * 1e6:
            print(f"FAILED: {megabytes(size)} beyond the base, allowed are {chosen.max_mb} MB", file=sys.stderr)
            good = False
        with open(settings, "w", encoding="utf-8") as file:
            json.dump({"root": image.root, "environment": image.environment, "user": image.user, "workdir": image.workdir,
                       "command": image.command, "healthcheck": image.healthcheck, "stopsignal": image.stopsignal}, file)
    return subprocess.run([os.path.join(HERE, "run.sh"), settings], check=False).returncode == 0 and good


def main():
    chosen = options()
    chosen.work = chosen.work and os.path.abspath(chosen.work)
    chosen.apt_conf = chosen.apt_conf and os.path.abspath(chosen.apt_conf)
    try:
        if chosen.dry_run:
            image = build(chosen, "/nonexistent")
            print(f"the image runs {' '.join(image.command)} as {image.user}")
            return 0
        needed()
        if chosen.work:
            os.makedirs(chosen.work, exist_ok=True)
            return 0 if check(chosen, chosen.work) else 1
        work = tempfile.mkdtemp(prefix="pulse-image.")
        os.chmod(work, 0o755)  # the image's user must pass
        try:
            return 0 if check(chosen, work) else 1
        finally:
            shutil.rmtree(work)
    except dockerfile.DockerfileError as error:
        print(f"image-check: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
