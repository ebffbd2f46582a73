#!/usr/bin/env python3
"""Lists the Python header sets of this machine as JSON: fetched ones (fetch.sh), the system's, and pyenv installations.

A set has: id, version ("3.13"), release ("3.13.5"), origin, variant ("gil" or "nogil"), include (directories, to be passed
with -isystem or -I in this order), defines. From 3.13 on every set is there twice: the nogil variant is the same headers
under Py_GIL_DISABLED. With --best only one origin per version is listed: the newest release.
"""

import argparse
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def fetched_dir():
    return os.environ.get("GILRAY_HEADERS_DIR") or os.path.join(HERE, "..", "..", "build", "headers")


def candidates():
    """Yields (origin, directory of Python.h, further include directories)."""
    for path in glob.glob(os.path.join(fetched_dir(), "python*", "usr", "include", "python*")):
        # Debian's pyconfig.h includes <triplet/pythonX.Y/pyconfig.h>, found below usr/include.
        yield "fetched", path, [os.path.dirname(path)]
    for path in glob.glob("/usr/include/python*") + glob.glob("/usr/local/include/python*"):
        yield "system", path, []
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for path in glob.glob(os.path.join(pyenv, "versions", "*", "include", "python*")):
        yield "pyenv", path, []


def release_of(directory):
    try:
        with open(os.path.join(directory, "patchlevel.h"), encoding="utf-8") as file:
            match = re.search(r'#define\s+PY_VERSION\s+"([^"]+)"', file.read())
    except OSError:
        return None
    return match and match.group(1)


def key(version):
    return [int(n) for n in re.findall(r"\d+", version)]


def header_sets():
    found = []
    for origin, path, extra in candidates():
        release = release_of(path)
        if not release or not os.path.isfile(os.path.join(path, "Python.h")):
            continue
        version = ".".join(release.split(".")[:2])
        path = os.path.realpath(path)
        found.append(
            {
                "id": f"{version}-{origin}" + ("" if origin != "pyenv" else "-" + release),
                "version": version,
                "release": release,
                "origin": origin,
                "variant": "gil",
                "include": [path] + [os.path.realpath(e) for e in extra],
                "defines": [],
            }
        )
    found.sort(key=lambda s: (key(s["version"]), key(s["release"]), s["origin"]))
    result = []
    for header_set in found:
        result.append(header_set)
        if key(header_set["version"]) >= [3, 13]:
            nogil = dict(header_set, variant="nogil", defines=["Py_GIL_DISABLED=1"])
            nogil["id"] += "-nogil"
            result.append(nogil)
    return result


def best(sets):
    """The last of each (version, variant): the newest release, since the list is sorted by it."""
    return list({(s["version"], s["variant"]): s for s in sets}.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--best", action="store_true", help="one origin per version")
    arguments = parser.parse_args()
    sets = header_sets()
    json.dump(best(sets) if arguments.best else sets, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
