"""Root file systems: the base from Debian's packages, commands inside, and what changed since."""
import os
import re
import shutil
import stat
import subprocess

# A container engine provides these when a container runs; they are no part of an image.
NOT_OF_THE_IMAGE = ("proc", "sys", "dev", "etc/resolv.conf", "etc/hosts", "etc/hostname")
# What Debian's slim images leave out of every package.
SLIM = ["path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright", "path-exclude=/usr/share/man/*",
        "path-exclude=/usr/share/locale/*", "path-exclude=/usr/share/info/*", "path-exclude=/usr/share/lintian/*"]

# Runs in namespaces of its own, so that whatever it mounts or starts goes away with it.
ENTER = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
RUN_STEP = """set -e
root=$1 apt_conf=$2 user=$3 workdir=$4
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
mount --bind /etc/hosts "$root/etc/hosts"
if [ -n "$apt_conf" ]; then
  mount -t tmpfs tmpfs "$root/mnt"
  cp "$apt_conf" "$root/mnt/apt.conf"
  export APT_CONFIG=/mnt/apt.conf
fi
exec chroot --userspec="$user" "$root" /usr/bin/env -C "$workdir" /bin/sh -c "$5"
"""


def base(image, cache, apt_conf):
    """The tar file that stands for `debian:SUITE-slim`, made when it is not in the cache yet."""
    match = re.fullmatch(r"debian:([a-z]+)-slim", image)
    if not match:
        raise SystemExit(f"image-check: FROM {image}: only debian:SUITE-slim can be made from packages")
    archive = os.path.join(cache, f"{match[1]}-slim.tar")
    if os.path.exists(archive):
        return archive
    os.makedirs(cache, exist_ok=True)
    command = ["mmdebstrap", "--variant=minbase", "--quiet", *[f"--dpkgopt={option}" for option in SLIM]]
    if apt_conf:
        command.append(f"--aptopt={apt_conf}")
    print(f"making {archive}", flush=True)
    subprocess.run([*command, match[1], archive + ".new.tar"], check=True)
    os.rename(archive + ".new.tar", archive)
    return archive


def unpack(archive, root):
    os.mkdir(root)
    subprocess.run(["tar", "-xf", archive, "-C", root, "--numeric-owner", "--exclude=./dev/*"], check=True)
    for name in ("etc/resolv.conf", "etc/hosts", "etc/hostname"):
        path = os.path.join(root, name)
        if os.path.lexists(path):
            os.remove(path)
        with open(path, "w", encoding="ascii"):
            pass


def run(root, command, *, environment, user="0:0", workdir="/", apt_conf=""):
    """A RUN step. The variables for proxies are handed on, as container engines do."""
    proxies = {name: value for name, value in os.environ.items() if name.lower() in ("http_proxy", "https_proxy", "no_proxy")}
    subprocess.run([*ENTER, "sh", "-c", RUN_STEP, "sh", root, apt_conf, user, workdir, command],
                   env={"HOME": "/root", **proxies, **environment}, stdin=subprocess.DEVNULL, check=True)


def snapshot(root):
    """Path → what tells a change: kind, mode, owner, size, time, target."""
    entries = {}
    for folder, names, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        here = "" if relative == "." else relative + "/"
        names[:] = [name for name in names if here + name not in NOT_OF_THE_IMAGE]
        for name in names + files:
            path = here + name
            if path in NOT_OF_THE_IMAGE:
                continue
            status = os.lstat(os.path.join(root, path))
            folder_entry = stat.S_ISDIR(status.st_mode)
            entries[path] = (status.st_mode, status.st_uid, status.st_gid, 0 if folder_entry else status.st_size,
                             0 if folder_entry else status.st_mtime_ns, status.st_ino if status.st_nlink > 1 and not folder_entry else 0)
    return entries


def changed(before, after):
    """The paths that a layer holds: new or other than before."""
    return sorted(path for path, entry in after.items() if before.get(path) != entry)


def layer_bytes(entries, paths):
    """Bytes of the regular files among these paths; a file of several names counts once."""
    seen, total = set(), 0
    for path in paths:
        mode, _, _, size, _, inode = entries[path]
        if stat.S_ISREG(mode) and not (inode and inode in seen):
            seen.add(inode)
            total += size
    return total


def packages(root):
    """Name → version of the installed packages."""
    out = subprocess.run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", "${Package} ${Version}\\n"],
                         check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in out.splitlines())


def packaged_files(root):
    """The paths that belong to packages, with merged /usr taken into account."""
    owned, info = set(), os.path.join(root, "var/lib/dpkg/info")
    for name in os.listdir(info):
        if name.endswith(".list"):
            with open(os.path.join(info, name), encoding="utf-8") as lines:
                owned.update(re.sub(r"^(bin|sbin|lib|lib64)/", r"usr/\1/", line.strip().lstrip("/")) for line in lines)
    return owned


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
