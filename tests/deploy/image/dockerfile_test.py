#!/usr/bin/env python3
"""What image-check understands of a Dockerfile and of .dockerignore, and that it refuses the rest."""
import os
import tempfile
import unittest

import dockerfile
from build import Builder
from context import Context


def steps(text):
    return dockerfile.read("FROM debian:bookworm-slim\n" + text)[0].instructions


class Reading(unittest.TestCase):
    def test_continued_lines_and_comments(self):
        found = steps("RUN one \\\n# not this\n    && two\n\nuser 7:7\n")
        self.assertEqual([(step.line, step.name, step.text) for step in found], [(2, "RUN", "one     && two"), (6, "USER", "7:7")])

    def test_stages(self):
        stages = dockerfile.read("FROM debian:a-slim AS build\nRUN x\nFROM debian:b-slim\nCOPY --from=build /a b/\n")
        self.assertEqual([(stage.name, stage.base) for stage in stages], [("build", "debian:a-slim"), ("1", "debian:b-slim")])
        self.assertEqual(stages[1].instructions[0].flags, {"from": "build"})

    def test_refusals(self):
        for text in ("VOLUME /x", "ADD a b", "SHELL [\"x\"]", "RUN --mount=type=cache x", "RUN <<END\nx\nEND", "COPY --link a b", "RUN x \\",
                     "RUN x \\\n\n y", "# syntax=docker/dockerfile:1", "ENTRYPOINT [\"x\"]"):
            with self.subTest(text), self.assertRaises(dockerfile.DockerfileError):
                steps(text + "\n")
        for text in ("RUN x\nFROM a", "", "FROM a b"):
            with self.subTest(text), self.assertRaises(dockerfile.DockerfileError):
                dockerfile.read(text)

    def test_the_exec_form_is_needed(self):
        self.assertEqual(steps('CMD ["a", "b c"]\n')[0].exec_form(), ["a", "b c"])
        for text in ("CMD a b", "CMD []", 'CMD ["a", 1]'):
            with self.subTest(text), self.assertRaises(dockerfile.DockerfileError):
                steps(text + "\n")[0].exec_form()

    def test_variables(self):
        step = steps("ENV A=/x:$PATH B='two words'\n")[0]
        self.assertEqual(dockerfile.assignments(step, {"PATH": "/bin"}), {"A": "/x:/bin", "B": "two words"})
        for text in ("ENV A=$NOBODY", "ENV A=${B:-c}", "ENV A"):
            with self.subTest(text), self.assertRaises(dockerfile.DockerfileError):
                dockerfile.assignments(steps(text + "\n")[0], {"B": "b"})


class Copying(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        for path in ("keep/a", "keep/deep/b.env", "build/c", "secrets/d", "x.env"):
            os.makedirs(os.path.dirname(os.path.join(self.root, path)), exist_ok=True)
            with open(os.path.join(self.root, path), "w", encoding="ascii"):
                pass

    def test_ignored_paths(self):
        context = Context(self.root, ["# comment", "build", "*.env", "secrets"])
        taken = [path for path in ("keep/a", "keep/deep/b.env", "build", "build/c", "builder", "x.env", "secrets/d") if context.takes(path)]
        self.assertEqual(taken, ["keep/a", "keep/deep/b.env", "builder"])
        self.assertFalse(Context(self.root, ["**/*.env"]).takes("keep/deep/b.env"))
        with self.assertRaises(dockerfile.DockerfileError):
            Context(self.root, ["!keep"])

    def build(self, text):
        stages = dockerfile.read("FROM debian:bookworm-slim AS one\nRUN x\nFROM debian:bookworm-slim\n" + text + "\n")
        return Builder(stages, Context(self.root, ["build"]), "/nonexistent", "/nonexistent", dry=True).build()

    def test_sources_must_exist(self):
        self.assertEqual(self.build("WORKDIR /a\nWORKDIR b\nCOPY keep/a x.env c/\nCOPY --from=one /x y\nUSER 7:7").workdir, "/a/b")
        for text in ("COPY nothing b", "COPY build/c b", "COPY ../x b", "COPY keep/a x.env b", "COPY keep/* b/", "COPY --from=two a b", "RUN if",
                     "COPY a"):
            with self.subTest(text), self.assertRaises(Exception) as caught:
                self.build(text)
            self.assertIsInstance(caught.exception, (dockerfile.DockerfileError,), text)


if __name__ == "__main__":
    unittest.main()
