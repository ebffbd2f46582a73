"""The packages of test-corpus/real/manifest.yaml: fetched, unpacked below build/real, with a compile command per file.

  real_packages.py [--parse] [--lines] [PACKAGE...]     fetches; --parse: and counts the errors that clang-22 finds
"""
import argparse
import concurrent.futures
import fnmatch
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys

import yaml

import corpus_headers
import registry

ROOT = registry.ROOT
REAL = os.path.join(ROOT, "test-corpus", "real")
WORK = os.path.join(ROOT, "build", "real")
SUFFIXES = (".c", ".cc", ".cpp", ".cxx")


def translated(path):
    """Where the C lies that Cython makes of a .pyx file."""
    return os.path.splitext(path)[0] + ".c"


class Package:
    """One unpacked package. commands: (path relative to src, flags) in the manifest's order."""

    def __init__(self, name, entry, python):
        self.name, self.entry, self.version = name, entry, str(entry["version"])
        self.src = os.path.join(WORK, name, "src")
        self.build = os.path.join(WORK, name)
        self.python = python
        self.commands = []

    def fetch(self):
        entry = self.entry
        registry.unpacked(self.name, entry["file"], entry["sha256"], self.src)
        for path, text in entry.get("write", {}).items():
            target = os.path.join(self.src, path)
            if not os.path.exists(target) or open(target, encoding="utf-8").read() != text:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8") as out:
                    out.write(text)
        for path in entry.get("cython", ()):
            self.translate(path)
        system = []
        folders = registry.debian_headers(entry.get("debian", ()))
        for part in entry.get("include", ()):
            found = [path for path in (os.path.join(root, part) for root in folders + ["/usr/include"]) if os.path.isdir(path)]
            if not found:
                raise registry.RegistryError(f"{self.name}: no include directory {part} in its Debian packages")
            system += found
        system += folders
        for wheel in entry.get("wheels", ()):
            filename, sha256, include = corpus_headers.WHEELS[wheel]
            folder = os.path.join(ROOT, "build", "bindings", wheel)
            registry.unpacked(wheel.partition("-")[0], filename, sha256, folder, (include + "/*",))
            system.append(os.path.join(folder, include))
        includes = [part for folder in (*self.python, *system) for part in ("-isystem", folder)]
        for group in entry["groups"]:
            flags = [flag.replace("$src", self.src) for flag in group.get("flags", ())] + includes
            taken = {path for path, _ in self.commands}
            for pattern in group["files"]:
                matches = sorted(glob.glob(os.path.join(glob.escape(self.src), pattern), recursive=True))
                matches = [os.path.relpath(path, self.src) for path in matches if path.endswith(SUFFIXES)]
                if not matches:
                    raise registry.RegistryError(f"{self.name}: no file matches {pattern}")
                for path in matches:
                    if path not in taken and not any(fnmatch.fnmatch(path, skip) for skip in group.get("exclude", ())):
                        taken.add(path)
                        self.commands.append((path, flags))
        self.write_database()
        return self

    def translate(self, path):
        """The C that the pinned Cython makes of a file, beside it; made once per content."""
        target, stamp = translated(path), os.path.join(self.build, path.replace("/", "-") + ".made-from")
        with open(os.path.join(self.src, path), "rb") as stream:
            mark = hashlib.sha256(stream.read()).hexdigest() + " " + corpus_headers.CYTHON[1]
        if os.path.exists(os.path.join(self.src, target)) and os.path.exists(stamp) and open(stamp, encoding="ascii").read() == mark:
            return
        folder = os.path.join(ROOT, "build", "bindings", "cython")
        registry.unpacked("cython", *corpus_headers.CYTHON, folder)
        code = f"import sys; sys.path.insert(0, {folder!r}); from Cython.Compiler.Main import main; main(command_line=1)"
        done = subprocess.run([sys.executable, "-c", code, "-3", path, "-o", target], cwd=self.src, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode:
            raise registry.RegistryError(f"{self.name}: Cython says: {done.stdout}{done.stderr}")
        os.makedirs(self.build, exist_ok=True)
        with open(stamp, "w", encoding="ascii") as out:
            out.write(mark)

    def write_database(self):
        entries = [{"directory": self.src, "file": path, "arguments": ["clang-22", *flags, "-c", path]}
                   for path, flags in self.commands]
        os.makedirs(self.build, exist_ok=True)
        with open(os.path.join(self.build, "compile_commands.json"), "w", encoding="utf-8") as out:
            json.dump(entries, out, indent=0)

    def copy(self, folder):
        """The same package, fetched already, with its files copied below folder so that they can be changed."""
        clone = Package(self.name, self.entry, self.python)
        clone.build, clone.src = folder, os.path.join(folder, "src")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.src, clone.src)
        clone.commands = [(path, [flag.replace(self.src, clone.src) for flag in flags]) for path, flags in self.commands]
        clone.write_database()
        return clone

    def lines(self):
        """Lines of the analysed sources and of the package's own headers, without what Cython made of them here."""
        made = {translated(path) for path in self.entry.get("cython", ())}
        files = {path for path, _ in self.commands} - made
        for pattern in (*self.entry.get("included", ()), *self.entry.get("headers", ("**/*.h", "**/*.hpp"))):
            found = glob.glob(os.path.join(glob.escape(self.src), pattern), recursive=True)
            files |= {os.path.relpath(path, self.src) for path in found}
        total = 0
        for path in files:
            with open(os.path.join(self.src, path), "rb") as stream:
                total += stream.read().count(b"\n")
        return total


def load(names=()):
    """The manifest's packages (all without names), not yet fetched."""
    with open(os.path.join(REAL, "manifest.yaml"), encoding="utf-8") as stream:
        manifest = yaml.safe_load(stream)
    unknown = [name for name in names if name not in manifest["packages"]]
    if unknown:
        raise registry.RegistryError(f"no package {unknown[0]} in the manifest; it has {', '.join(manifest['packages'])}")
    return [Package(name, entry, python_includes(str(entry.get("python", manifest["python"]))))
            for name, entry in manifest["packages"].items() if not names or name in names]


def python_includes(version):
    for attempt in range(2):
        for cell in corpus_headers.matrix():
            if cell.headers == version and cell.variant == "gil":
                return cell.includes
        if attempt == 0:
            subprocess.run(["sh", os.path.join(ROOT, "test-corpus", "headers", "fetch.sh")], check=False)
    raise registry.RegistryError(f"no headers of Python {version}: run test-corpus/headers/fetch.sh")


def parse_errors(src, path, flags):
    """The error lines that clang finds."""
    done = subprocess.run(["clang-22", "-fsyntax-only", "-w", "-ferror-limit=0", *flags, path], cwd=src,
                          capture_output=True, text=True, errors="replace")
    return [line for line in done.stderr.splitlines() if ": error:" in line or ": fatal error:" in line]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parse", action="store_true")
    parser.add_argument("packages", nargs="*")
    options = parser.parse_args()
    failed = 0
    for package in load(options.packages):
        try:
            package.fetch()
        except registry.RegistryError as error:
            print(f"{package.name}: {error}")
            failed += 1
            continue
        line = f"{package.name} {package.version}: {len(package.commands)} files, {package.lines()} lines"
        if options.parse:
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
                errors = list(pool.map(lambda command, src=package.src: parse_errors(src, *command), package.commands))
            line += f", {sum(map(len, errors))} errors in {sum(map(bool, errors))} files"
            failed += any(errors)
            line += "".join("\n  " + text for lines in errors for text in lines[:3])
        print(line, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except registry.RegistryError as error:
        sys.exit(f"real_packages: {error}")
