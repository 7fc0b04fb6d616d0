#!/usr/bin/env python3
"""settings.py BIN: the files that put Pulse into service agree with each other and with what the image and the packages hold. BIN is
the folder of the built tools."""
import json
import os
import re
import shlex
import sys
import unittest

import yaml

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/deploy/image"))
import dockerfile  # noqa: E402

TOOLS = set(os.listdir(sys.argv.pop(1)))
SERVICES = ("web", "pipeline", "backfill")
# Railway's config as code, the part that these services may use, and the type its parser takes.
BUILD = {"builder": str, "dockerfilePath": str, "watchPatterns": list}
DEPLOY = {"startCommand": str, "preDeployCommand": list, "healthcheckPath": str, "healthcheckTimeout": int, "restartPolicyType": str,
          "restartPolicyMaxRetries": int, "cronSchedule": str, "overlapSeconds": int, "drainingSeconds": int}


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def railway(service):
    return json.loads(text(f"deploy/railway/{service}.json"))


def without_shell(words):
    """The words that run in the end. A shell may only hand over: it would take TERM for itself."""
    if words[:2] != ["/bin/sh", "-c"]:
        return words
    inner = shlex.split(words[2])
    assert len(words) == 3 and inner[0] == "exec", f"{words}: sh -c must exec"
    return [word for word in inner[1:] if word != "2>&1"]


def commands(words):
    """Each program that the command line starts: itself, and what stands behind its --."""
    while words:
        yield words
        words = words[words.index("--") + 1:] if "--" in words and words[0] == "pg-lock" else []


def image_stage():
    return dockerfile.read(text("Dockerfile"))[-1].instructions


def unit(name):
    """A unit file as a list of (key, value)."""
    lines = text(f"deploy/systemd/{name}").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]


def values(pairs, key):
    return [value for name, value in pairs if name == key]


class Settings(unittest.TestCase):
    maxDiff = None

    def image_scripts(self):
        copies = [dockerfile.copy_parts(step) for step in image_stage() if step.name == "COPY" and "from" not in step.flags]
        return {source for sources, _ in copies for source in sources}

    def runs(self, words):
        """What the words start is in the image, and takes options that it has."""
        self.assertFalse([word for word in words if re.search(r"[$|;&<>`]", word)], f"{words}: nobody expands that in exec form")
        for program, *_ in commands(words):
            self.assertIn(program, self.image_scripts() if "/" in program else TOOLS)

    def test_railway_keys_and_types(self):
        for service in SERVICES:
            with self.subTest(service):
                config = railway(service)
                self.assertEqual(set(config), {"$schema", "build", "deploy"})
                for part, known in (("build", BUILD), ("deploy", DEPLOY)):
                    for key, value in config[part].items():
                        self.assertIn(key, known)
                        self.assertIs(type(value), known[key], f"{key}: Railway's parser refuses the whole file")
                self.assertEqual(config["build"]["builder"], "DOCKERFILE")
                self.assertTrue(os.path.exists(os.path.join(ROOT, config["build"]["dockerfilePath"])))
                self.assertIn(config["deploy"]["restartPolicyType"], ("ALWAYS", "ON_FAILURE", "NEVER"))
                for pattern in config["build"]["watchPatterns"]:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, pattern.strip("/").removesuffix("/**"))), pattern)

    def test_commands_start_what_the_image_has(self):
        for service in SERVICES:
            deploy = railway(service)["deploy"]
            self.runs(without_shell(shlex.split(deploy["startCommand"])))
            for command in deploy.get("preDeployCommand", []):
                self.runs(shlex.split(command))
        for service in yaml.safe_load(text("compose.yaml"))["services"].values():
            if service["image"] == "pulse" and "command" in service:
                self.runs(service["command"])
        for step in image_stage():
            if step.name == "CMD":
                self.runs(step.exec_form())

    def test_one_pipeline_everywhere(self):
        wanted = without_shell(shlex.split(railway("pipeline")["deploy"]["startCommand"]))
        self.assertEqual([step.exec_form() for step in image_stage() if step.name == "CMD"], [wanted])
        start = values(unit("pulse-pipeline.service"), "ExecStart")
        self.assertEqual([line.replace("/usr/share/pulse/", "").replace("/usr/bin/", "").split() for line in start], [wanted])
        compose = yaml.safe_load(text("compose.yaml"))["services"]
        self.assertNotIn("command", compose["pipeline"])

    def test_who_waits_waits_longer_than_who_drains(self):
        deploy = railway("pipeline")["deploy"]
        words = without_shell(shlex.split(deploy["startCommand"]))
        drain = deploy["drainingSeconds"]
        self.assertGreater(int(words[words.index("--wait") + 1]), drain)
        self.assertEqual(deploy["overlapSeconds"], 0)
        self.assertEqual(values(unit("pulse-pipeline.service"), "TimeoutStopSec"), [str(drain)])
        self.assertEqual(yaml.safe_load(text("compose.yaml"))["services"]["pipeline"]["stop_grace_period"], f"{drain}s")
        # Nobody calls a pipeline ill that only waits.
        flags = next(step.flags for step in image_stage() if step.name == "HEALTHCHECK")
        self.assertGreater(int(flags["start-period"].rstrip("s")), int(words[words.index("--wait") + 1]))

    def test_restarts(self):
        self.assertEqual(railway("pipeline")["deploy"]["restartPolicyType"], "ALWAYS")
        self.assertEqual(railway("backfill")["deploy"]["restartPolicyType"], "NEVER")
        self.assertEqual(railway("web")["deploy"]["healthcheckPath"], "/healthz")
        for name in ("pulse-pipeline.service", "pulse-serve.service"):
            self.assertEqual(values(unit(name), "Restart"), ["always"])
            self.assertLessEqual({"77", "78"}, set(values(unit(name), "RestartPreventExitStatus")[0].split()))
        for name in ("pulse-pipeline.service", "pulse-serve.service", "pulse-backfill.service"):
            self.assertEqual(values(unit(name), "KillMode"), ["mixed"])

    def test_backfill_comes_after_the_close_all_year(self):
        minute, hour, day, month, weekdays = railway("backfill")["deploy"]["cronSchedule"].split()
        self.assertEqual((day, month, weekdays), ("*", "*", "1-5"))
        # 16:00 New York is 20:00 UTC in summer and 21:00 in winter; the delayed feed is 15 minutes behind. Before midnight
        # UTC the weekday is New York's, too.
        self.assertTrue(21 * 60 + 15 < int(hour) * 60 + int(minute) < 24 * 60)
        self.assertEqual(values(unit("pulse-backfill.timer"), "OnCalendar"), ["Mon..Fri 17:30 America/New_York"])

    def test_no_service_holds_a_secret(self):
        for path in ("Dockerfile", "compose.yaml", "deploy/systemd/pulse.env", *(f"deploy/railway/{name}.json" for name in SERVICES)):
            for name, value in re.findall(r"^[ #]*([A-Z_]*(?:KEY|PASSWORD|TOKEN|SECRET|DATABASE_URL))[=:] *(\S+)", text(path), re.M):
                self.fail(f"{path}: {name} is set to {value}")

    def test_variables_in_the_docs_exist(self):
        known = ""
        for folder in ("tools", "lib", "scripts"):
            for where, _, files in os.walk(os.path.join(ROOT, folder)):
                known += "".join(text(os.path.join(where, name)) for name in files if not name.endswith((".json", ".js", ".css", ".html")))
        for path in ("docs/deployment.md", "compose.yaml", "deploy/systemd/pulse.env", "Dockerfile"):
            for name in set(re.findall(r"\b(?:PULSE|POLYGON)_[A-Z0-9_]+[A-Z0-9]\b", text(path))):
                self.assertTrue(re.search(rf"\b{name.removesuffix('_FILE')}\b", known), f"{path} names {name}, which nothing reads")


if __name__ == "__main__":
    unittest.main()
