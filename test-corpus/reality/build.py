"""Compiles the cases against the headers of an interpreter. What was compiled before from the same text is not compiled again."""
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINDINGS = os.path.join(ROOT, "build", "bindings")


def tool(variable, *names):
    """A compiler: the one that the environment names, or the first there is."""
    return os.environ.get(variable) or next((path for path in map(shutil.which, names) if path), None)


def pybind11():
    """Include directory of pybind11 3 or later, None if there is none: older ones have no tags for modules."""
    for folder in (os.path.join(BINDINGS, "pybind11", "pybind11", "include"), "/usr/include"):
        header = os.path.join(folder, "pybind11", "detail", "common.h")
        if os.path.exists(header):
            with open(header, encoding="utf-8") as text:
                match = re.search(r"#define PYBIND11_VERSION_MAJOR (\d+)", text.read())
            if match and int(match[1]) >= 3:
                return folder
    return None


def cython():
    """Where Cython's modules are, None if it was not fetched."""
    folder = os.path.join(BINDINGS, "cython")
    return folder if os.path.exists(os.path.join(folder, "Cython", "__init__.py")) else None


def lacking(case):
    """What a case needs that is not on this machine; None if nothing."""
    if case.needs == "pybind11" and not pybind11():
        return "pybind11 3"
    if case.needs == "cython" and not cython():
        return "Cython 3"
    if not tool("CXX" if case.path.endswith(".cpp") else "CC", *(("c++", "clang++-22") if case.path.endswith(".cpp") else ("cc", "clang-22"))):
        return "a compiler"
    return None


def digest(*parts):
    text = hashlib.sha256()
    for part in parts:
        text.update(part if isinstance(part, bytes) else str(part).encode())
        text.update(b"\0")
    return text.hexdigest()


def content(path):
    with open(path, "rb") as stream:
        return stream.read()


def code(path):
    """The file without the comment at its top: a change of the table changes no module."""
    return re.sub(rb"\A(//.*\n)*", b"", content(path))


def kept(key, target, command):
    """Runs command, which makes target, unless it was run with the same key: the compiler's message if it failed, else None."""
    record = target + ".log"
    if os.path.exists(record):
        old, _, message = content(record).decode("utf-8", "replace").partition("\n")
        if old == key and (message or os.path.exists(target)):
            return message or None
    os.makedirs(os.path.dirname(target), exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    message = "" if done.returncode == 0 else done.stderr or done.stdout or "no message"
    with open(record, "w", encoding="utf-8") as out:
        out.write(key + "\n" + message)
    return message or None


def translate(case, work):
    """The C file of a Cython case; raises on failure, because that is no matter of the interpreter."""
    target = os.path.join(work, "cython", case.name + ".c")
    code = f"import sys; sys.path.insert(0, {cython()!r}); from Cython.Compiler.Main import main; main(command_line=1)"
    failure = kept(digest(content(case.path), cython(), content(__file__)), target,
                   [sys.executable, "-c", code, "-3", case.path, "-o", target])
    if failure:
        raise RuntimeError(f"{case.name}: Cython says: {failure}")
    return target


def module(case, interpreter, work):
    """(folder that holds the built module, None) or (None, the compiler's message)."""
    folder = os.path.join(work, interpreter["id"] + "-" + interpreter["release"])
    target = os.path.join(folder, case.name + interpreter["ext_suffix"])
    source = translate(case, work) if case.path.endswith(".pyx") else case.path
    if source.endswith(".cpp"):
        command = [tool("CXX", "c++", "clang++-22"), "-std=c++17", "-fvisibility=hidden", "-I" + pybind11()]
    else:
        command = [tool("CC", "cc", "clang-22"), "-std=c11"]
    command += ["-shared", "-fPIC", "-pthread", "-O0", "-w", *case.flags, "-I" + interpreter["include"], source, "-o", target]
    headers = [content(os.path.join(HERE, name)) for name in ("heap_type.h", "race.h")]
    failure = kept(digest(code(source), *headers, interpreter["origin"], *command),
                   target, command)
    return (None, failure) if failure else (folder, None)
