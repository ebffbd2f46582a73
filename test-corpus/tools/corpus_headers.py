"""The matrix of the corpus runner: Python headers as test-corpus/headers/list.py finds them, times the views (gil, nogil,
limited), and the include directories of binding libraries for files that say needs=."""
import glob
import os
import sys

import corpus_language as language
import registry

ROOT = registry.ROOT
sys.path.insert(0, os.path.join(ROOT, "test-corpus", "headers"))

# Header-only use: pinned wheels as data, and one Debian package. NAME-N is version N of a library whose current one is NAME.
WHEELS = {
    "pybind11": ("pybind11-3.1.0-py3-none-any.whl", "b8488090f8acffbcb6b5d6a85571a6827a0a2981ffb75e5a0b27b87c4a6b7dd0",
                 "pybind11/include"),
    "nanobind": ("nanobind-3.1.0-py3-none-any.whl", "96984dbe8154ffb86e653b1b60aaeed6985c710c5e75ad0279eb87943c66292d",
                 "nanobind/include"),
    "pybind11-2": ("pybind11-2.13.6-py3-none-any.whl", "237c41e29157b962835d356b370ededd57594a26d5894a795960f0047cb5caf5",
                   "pybind11/include"),
    "nanobind-2": ("nanobind-2.15.0-py3-none-any.whl", "91dae9305c6242cf63ab11a5c41594e234e7a22fd9fcc2c5c4ba80724abc1787",
                   "nanobind/include"),
    "nanobind-1": ("nanobind-1.9.2-py3-none-any.whl", "137ba9e75cc6b2e5d92c2acb9810beaa079b9c8e5d68c581b4f90d626d79358c",
                   "nanobind/include"),
    "numpy": ("numpy-2.5.5-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
              "824025655df929268bfe6b47ed91a00d14209a6f760847cf150be446829e1ce4", "numpy/_core/include"),
    "cppy": ("cppy-1.3.1-py3-none-any.whl", "7ca132b6ef6187384738804bd3a453d4eab7e3274df6dcd35e5d92aae3404717",
             "cppy/include"),
}
CYTHON = ("cython-3.3.1-py3-none-any.whl", "61abc7feedd20dac6c4ff7ab3a30e17136a067b242ab9253e2b4a6d9a72c2b61")
BOOST = "libboost1.74-dev"
# The last Python that a previous version's headers compile with.
NEWEST_PYTHON = {"pybind11-2": (3, 13), "nanobind-1": (3, 12)}


def matrix():
    import list as headers  # test-corpus/headers/list.py
    cells = []
    for found in headers.best(headers.header_sets()):
        cells.append(language.Cell(found["version"], language.version(found["version"]), found["variant"],
                                   tuple(found["include"])))
        if found["variant"] == "gil":
            cells.append(language.Cell(found["version"], language.version(found["version"]), "limited",
                                       tuple(found["include"])))
    return sorted(cells, key=lambda cell: (cell.version, cell.variant))


def could_exist(condition, header, cells):
    """Whether a condition that no available cell meets speaks of headers that exist somewhere: then its cell is skipped, not
    wrong. Versions 2.7 and 3.6 to 3.15 exist."""
    versions = [(2, 7)] + [(3, minor) for minor in range(6, 16)]
    return any(condition.holds(language.Cell("", version, variant))
               for version in versions for variant in header.variants
               if header.low <= version <= header.high and (variant != "nogil" or version >= (3, 13)))


def needs():
    """Name to include directories of the current version, for what has been fetched; absent: not there."""
    found = {}
    for name, (_, _, include) in WHEELS.items():
        if "-" in name:
            continue
        path = os.path.join(ROOT, "build", "bindings", name, include)
        if os.path.isdir(path):
            found[name] = [path]
    for path in ("/usr/include", os.path.join(registry.SYSROOT, BOOST, "usr", "include")):
        if os.path.exists(os.path.join(path, "boost", "python.hpp")):
            # The compiler searches /usr/include by itself. Given again it would come before the C++ library's own headers, whose
            # #include_next then finds nothing.
            found["boost"] = [] if path == "/usr/include" else [path]
            break
    return found


def libraries():
    """Name to its versions (language.Library), the current one first; of what has been fetched."""
    found = {}
    for key, (filename, _, _) in WHEELS.items():
        name = key.partition("-")[0]
        if name not in language.NEEDS:
            continue
        path = os.path.join(ROOT, "build", "bindings", key, WHEELS[key][2])
        if os.path.isdir(path):
            version = tuple(map(int, filename.split("-")[1].split(".")[:2]))
            found.setdefault(name, []).append(
                language.Library(name, version, (path,), NEWEST_PYTHON.get(key, (99, 0))))
    if "boost" in needs():
        found["boost"] = [language.Library("boost", (1, 74), tuple(needs()["boost"]))]
    return found


def fetch():
    """Brings the binding libraries' headers; says what could not be got. Files that need it are then skipped, and counted."""
    for name, (filename, sha256, include) in WHEELS.items():
        try:
            registry.unpacked(name.partition("-")[0], filename, sha256, os.path.join(ROOT, "build", "bindings", name), (include + "/*",))
        except registry.RegistryError as error:
            print(f"could not get {name}: {error}")
    if not glob.glob("/usr/include/boost/python.hpp"):
        try:
            registry.debian_headers([BOOST])
        except registry.RegistryError as error:
            print(f"could not get Boost.Python: {error}")


if __name__ == "__main__":
    fetch()
