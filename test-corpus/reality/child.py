"""Runs in the interpreter under test, 3.8 or later: imports modules as told and says what happened.

  child.py MODE FOLDER NAME:SECONDS...       MODE: main, legacy, checked, own-gil

Prints one line of JSON per module. Every module gets a forked process of its own, so that one that crashes or hangs costs the
others nothing, and the interpreter is started only once.
"""
import ast
import json
import os
import signal
import sys
import tempfile

# What is executed in the interpreter that imports the module: written without modules that sub-interpreters may refuse.
IMPORT = """
def attempt(folder, name, report):
    import os, sys, warnings
    sys.path.insert(0, folder)
    found = {"outcome": "ok", "text": "", "warnings": []}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            module = __import__(name)
            if hasattr(module, "check"):
                found["text"] = module.check()
        except BaseException as error:
            found["outcome"], found["text"] = type(error).__name__, str(error)
        # Others' warnings (deprecations in the library) are not the module's.
        found["warnings"] = [str(item.message) for item in caught if issubclass(item.category, RuntimeWarning)]
    if hasattr(sys, "_is_gil_enabled"):
        found["gil"] = sys._is_gil_enabled()
    os.write(report, (repr(found) + "\\n").encode())
"""


def sub_interpreter(mode):
    """Two functions: one that runs a text in a new sub-interpreter of that kind, one that ends it."""
    if sys.version_info >= (3, 14) and mode == "own-gil":
        from concurrent import interpreters
        made = interpreters.create()
        return made.exec, made.close
    if sys.version_info >= (3, 13):
        import _interpreters
        config = {"legacy": "legacy", "own-gil": "isolated", "checked": None}[mode]
        # The lock is shared, but modules that do not support several interpreters are refused.
        config = _interpreters.new_config("isolated", gil="shared") if mode == "checked" else config
        made = _interpreters.create(config)

        def run(text):
            failure = _interpreters.exec(made, text)
            if failure is not None:
                raise RuntimeError(failure.formatted)
        return run, lambda: _interpreters.destroy(made)
    import _xxsubinterpreters
    try:
        made = _xxsubinterpreters.create(isolated=mode == "own-gil")
    except TypeError:  # 3.8
        made = _xxsubinterpreters.create()
    return lambda text: _xxsubinterpreters.run_string(made, text), lambda: _xxsubinterpreters.destroy(made)


def run(mode, folder, name, report):
    if mode == "main":
        scope = {}
        exec(IMPORT, scope)
        scope["attempt"](folder, name, report)
        return
    # Twice: what the first interpreter left behind is the second one's trouble.
    for _ in range(2):
        execute, end = sub_interpreter(mode)
        execute(IMPORT + "\nattempt(%r, %r, %d)\n" % (folder, name, report))
        end()
    # What the process has become: free-threaded builds may have turned the lock on.
    if hasattr(sys, "_is_gil_enabled"):
        os.write(report, (repr({"process_gil": sys._is_gil_enabled()}) + "\n").encode())


def observe(mode, folder, name, seconds):
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            signal.alarm(seconds)
            try:
                run(mode, folder, name, writing)
            except BaseException as error:
                os.write(2, ("%s: %s" % (type(error).__name__, error)).encode())
                os._exit(3)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            lines = stream.read().decode("utf-8", "replace").splitlines()
        status = os.waitpid(child, 0)[1]
        said.seek(0)
        text = said.read()[-2000:].decode("utf-8", "replace")
    each = [ast.literal_eval(line) for line in lines]
    process = [each.pop()] if each and "process_gil" in each[-1] else []
    failed = [item for item in each if item["outcome"] != "ok"]
    result = dict((failed or each or [{"outcome": "nothing", "text": "", "warnings": []}])[0], name=name)
    if not failed and len(each) > 1 and any(item["text"] for item in each):
        result["text"] = " | ".join(item["text"] for item in each)
    if process:
        result["gil"] = process[0]["process_gil"]
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        result["outcome"] = "hang" if number == signal.SIGALRM else "crash"
        result["text"] = signal.Signals(number).name + ": " + text.strip()
    elif status != 0:
        result["outcome"], result["text"] = "error", text.strip()
    return result


def main():
    mode, folder = sys.argv[1:3]
    for argument in sys.argv[3:]:
        name, _, seconds = argument.partition(":")
        print(json.dumps(observe(mode, folder, name, int(seconds))), flush=True)


if __name__ == "__main__":
    main()
