"""What the tests of the scripts in tools/ share."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parent.parent

# A machine that has every package; apt is not to be asked for any.
PACKAGES = "".join(f"{p} some-package\n" for p in "build report test servers fuzz tidy".split())
ALL_INSTALLED = {
    "dpkg-query": "#!/bin/bash\nprintf '%s installed\\n' \"${@:4}\"\n",
    "apt-get": "#!/bin/bash\necho \"apt-get $*\" >>\"$CALLS\"\nexit 100\n",
}


def load(name):
    """The Python script tools/<name> as a module; no import statement can spell its name."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(TOOLS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.dont_write_bytecode = True  # no compiled copy beside the script
    loader.exec_module(module)
    return module


def write_tree(root, files):
    """Writes {path: text} below the folder `root`; what starts with #! can be run."""
    for path, text in files.items():
        file = pathlib.Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            file.chmod(0o755)


class Checkout:
    """A small copy of the project in a temporary folder, with stand-ins for commands in PATH.

    Stand-ins append to the file $CALLS what they are called with.
    """

    def __init__(self, test, scripts, files, stand_ins):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        write_tree(self.root, {f"tools/{name}": (TOOLS / name).read_text() for name in scripts})
        write_tree(self.root, files)
        write_tree(self.root, {f"bin/{name}": text for name, text in stand_ins.items()})
        self.environment = os.environ | {
            "PATH": f"{self.root}/bin:{os.environ['PATH']}",
            "CALLS": f"{self.root}/calls",
        }

    def run(self, *command, **environment):
        """(exit code, standard output and error, what the stand-ins were called with)."""
        calls = self.root / "calls"
        calls.write_text("")
        done = subprocess.run(
            command, cwd=self.root, env=self.environment | environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
        return done.returncode, done.stdout, calls.read_text()
