#!/usr/bin/env python3
"""Gets what some cases are built with: pybind11's headers and Cython, as pinned wheels below build/bindings. Nothing is installed."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "tools"))
import corpus_headers
import registry

CYTHON = ("cython-3.3.1-py3-none-any.whl", "61abc7feedd20dac6c4ff7ab3a30e17136a067b242ab9253e2b4a6d9a72c2b61")

# The release before, for test-corpus/tools/run_cython.py.
CYTHON_BEFORE = ("cython-3.1.4-py3-none-any.whl", "d194d95e4fa029a3f6c7d46bdd16d973808c7ea4797586911fdb67cb98b1a2c6")


def main():
    bindings = os.path.join(ROOT, "build", "bindings")
    filename, sha256, include = corpus_headers.WHEELS["pybind11"]
    try:
        registry.unpacked("pybind11", filename, sha256, os.path.join(bindings, "pybind11"), (include + "/*",))
        registry.unpacked("cython", *CYTHON, os.path.join(bindings, "cython"))
        registry.unpacked("cython", *CYTHON_BEFORE, os.path.join(bindings, "cython-3.1"))
    except registry.RegistryError as error:
        print(f"could not get what some of the cases need: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
