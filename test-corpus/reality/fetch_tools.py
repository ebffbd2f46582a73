#!/usr/bin/env python3
"""Gets what some cases are built with: pybind11's headers and Cython, as pinned wheels below build/bindings. Nothing is installed."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "tools"))
import corpus_headers
import registry

CYTHON = ("cython-3.3.1-py3-none-any.whl", "61abc7feedd20dac6c4ff7ab3a30e17136a067b242ab9253e2b4a6d9a72c2b61")

# Earlier releases, for test-corpus/tools/run_cython.py.
CYTHON_BEFORE = {
    "3.1": ("cython-3.1.4-py3-none-any.whl", "d194d95e4fa029a3f6c7d46bdd16d973808c7ea4797586911fdb67cb98b1a2c6"),
    "3.0": ("Cython-3.0.12-py2.py3-none-any.whl", "0038c9bae46c459669390e53a1ec115f8096b2e4647ae007ff1bf4e6dee92806"),
}


def main():
    bindings = os.path.join(ROOT, "build", "bindings")
    filename, sha256, include = corpus_headers.WHEELS["pybind11"]
    try:
        registry.unpacked("pybind11", filename, sha256, os.path.join(bindings, "pybind11"), (include + "/*",))
        registry.unpacked("cython", *CYTHON, os.path.join(bindings, "cython"))
        for version, (wheel, digest) in CYTHON_BEFORE.items():
            registry.unpacked("cython", wheel, digest, os.path.join(bindings, "cython-" + version))
    except registry.RegistryError as error:
        print(f"could not get what some of the cases need: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
