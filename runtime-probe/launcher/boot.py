# Runs first in every measured interpreter, 3.8 and later: tells facts, imports the kernel's module, hands over to the
# harness. Replies are lines of JSON on descriptor 4; the one request comes on descriptor 3.
import json
import os
import sys


def reply(value):
    data = (json.dumps(value) + "\n").encode()
    while data:
        data = data[os.write(4, data):]


def request():
    data = b""
    while not data.endswith(b"\n"):
        piece = os.read(3, 65536)
        if not piece:
            sys.exit(0)
        data += piece
    return json.loads(data)


def gil_enabled():
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def facts():
    import sysconfig
    variable = sysconfig.get_config_var
    return {
        "implementation": sys.implementation.name,
        "release": ".".join(map(str, sys.version_info[:3])) + ("" if sys.version_info[3] == "final" else sys.version_info[3]),
        "version": list(sys.version_info[:2]),
        "executable": sys.executable,
        "prefix": sys.base_prefix,
        "free_threaded": bool(variable("Py_GIL_DISABLED")),
        "gil_enabled": gil_enabled(),
        "debug": hasattr(sys, "gettotalrefcount"),
        "shared_library": bool(variable("Py_ENABLE_SHARED")),
        "compiler": sys.version.split("[")[-1].rstrip("]"),
        "build_flags": variable("CONFIG_ARGS") or "",
        "extension_suffix": variable("EXT_SUFFIX") or "",
        "switch_interval": sys.getswitchinterval(),
    }


def describe(error):
    return "%s: %s" % (type(error).__name__, error)


def extension_files():
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and (".so" in os.path.basename(file)):
            found[name] = os.path.realpath(file)
    return found


def prepare(config, space):
    """Import, setup and definition of the loop; each stage tells what went wrong in it."""
    import warnings
    result = {"gil_before": gil_enabled()}
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for stage in ("import", "setup", "loop"):
            if stage == "setup":
                result["gil_after"] = gil_enabled()
            try:
                exec(compile(config[stage], "<gilray %s>" % stage, "exec"), space)
            except SystemExit as error:
                result["stage"], result["error"] = stage, describe(error)
                break
            except BaseException as error:
                result["stage"], result["error"] = stage, describe(error)
                break
        result["gil_enabled"] = gil_enabled()
        result["warnings"] = [describe(w.message) for w in seen]
    module = sys.modules.get(config["module"])
    result["file"] = os.path.realpath(getattr(module, "__file__", None) or "") if getattr(module, "__file__", None) else ""
    result["loaded"] = module is not None
    result["extensions"] = extension_files()
    return result


def load_harness(path):
    from importlib.machinery import ExtensionFileLoader, ModuleSpec
    name = "gilray_probe_harness"
    loader = ExtensionFileLoader(name, path)
    try:
        loader.create_module(ModuleSpec(name, loader, origin=path))
    except ImportError as error:
        if not hasattr(sys, "_gilray_probe_serve"):
            raise RuntimeError("the harness cannot be loaded: %s" % error)
    return sys._gilray_probe_serve


def main():
    reply({"facts": facts()})
    config = request()
    space = {"__name__": "gilray_probe", "__builtins__": __builtins__, "worker_id": -1}
    if config["prepare"]:
        prepared = prepare(config, space)
        reply({"prepared": prepared})
        if "error" in prepared:
            return
    if not config["harness"]:
        return
    arguments = {"in": 3, "out": 4, "import": config["import"], "setup": config["setup"], "loop": config["loop"]}
    if config["share"] == "args":
        arguments["globals"] = space
    try:
        serve = load_harness(config["harness"])
    except Exception as error:
        reply({"error": describe(error)})
        return
    # Tells whether loading the harness changed what is measured.
    reply({"gil_enabled": gil_enabled()})
    serve(arguments)


main()
