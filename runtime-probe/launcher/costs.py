# What it costs to have workers and to hand them the kernel's arguments, in an interpreter of its own: starting is what is
# measured, so nothing of the harness is here. One request on descriptor 3, replies on descriptor 4, a line each; what was
# told before something goes wrong is kept.
import ast
import importlib
import json
import os
import pickle
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")
clock = time.perf_counter


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


def memory(pid="self"):
    try:
        with open("/proc/%s/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def smallest(function, seconds=0.06, most=200):
    """The smallest of many times: other programs only ever add to it."""
    best, end = None, clock() + seconds
    while most > 0 and (best is None or clock() < end):
        began = clock()
        function()
        took = clock() - began
        best = took if best is None else min(best, took)
        most -= 1
    return best


def worker(how, measure):
    cost = {"how": how}
    try:
        cost.update(measure())
    except Exception as error:
        cost["problem"] = "%s: %s" % (type(error).__name__, error)
    reply({"worker": cost})


def plain_thread():
    def once():
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    return {"start": smallest(once), "memory": 0}


def interpreters(own_gil):
    if sys.version_info >= (3, 13):
        import _interpreters as module
        create = lambda: module.create("isolated" if own_gil else "legacy")
        run = module.exec
    else:
        import _xxsubinterpreters as module
        if own_gil and sys.version_info < (3, 12):
            raise NotImplementedError("interpreters with a GIL of their own come with 3.12")
        # 3.8 has no choice, and later ones before 3.12 share the GIL whatever is chosen.
        create = (lambda: module.create(isolated=own_gil)) if sys.version_info >= (3, 9) else module.create
        run = module.run_string
    return create, run, module.destroy


def interpreter(own_gil, name):
    create, run, destroy = interpreters(own_gil)
    times, before = [], memory()
    made = []
    for _ in range(3):
        began = clock()
        made.append(create())
        failed = run(made[-1], "import " + name)
        times.append(clock() - began)
        if failed:
            raise ImportError(getattr(failed, "msg", str(failed)))
    grown = memory() - before
    for one in made:
        destroy(one)
    return {"start": min(times), "memory": max(0, grown) // len(made)}


def process(method, name):
    import multiprocessing
    context = multiprocessing.get_context(method)

    def once():
        one = context.Process(target=importlib.import_module, args=(name,))
        one.start()
        one.join()
        if one.exitcode:
            raise RuntimeError("a process ended with status %s" % one.exitcode)
    once()  # the first one of forkserver starts the server
    return {"start": smallest(once, 0.2, 3)}


def pool(make, values, count_memory):
    """Start to the first result; then what a task costs that does nothing but take the kernel's arguments."""
    began = clock()
    with make() as executor:
        pid = executor.submit(os.getpid).result(20)
        cost = {"start": clock() - began}
        if count_memory and pid != os.getpid():
            cost["memory"] = memory(pid)
        cost["task"] = smallest(lambda: executor.submit(id, values).result(20), 0.15, 100)
    return cost


def pools(name, values):
    import concurrent.futures as futures
    begin = {"max_workers": 1, "initializer": exec, "initargs": ("import " + name,)}
    worker("thread-pool", lambda: pool(lambda: futures.ThreadPoolExecutor(**begin), values, False))
    if hasattr(futures, "InterpreterPoolExecutor"):
        worker("interpreter-pool", lambda: pool(lambda: futures.InterpreterPoolExecutor(**begin), values, False))
    import multiprocessing
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        worker("process-pool-" + method,
               lambda: pool(lambda: futures.ProcessPoolExecutor(mp_context=context, **begin), values, True))


def arguments_of(call, space):
    """The values that the outermost call hands over."""
    tree = ast.parse(call.strip(), mode="eval").body
    if not isinstance(tree, ast.Call):
        return ()
    nodes = [a.value if isinstance(a, ast.Starred) else a for a in tree.args] + [k.value for k in tree.keywords]
    return tuple(eval(compile(ast.Expression(node), "<argument>", "eval"), space) for node in nodes)


def buffers_of(values):
    found = []
    for value in values:
        try:
            found.append(memoryview(value).cast("B"))
        except TypeError:
            pass
    return found


def hand_over(values):
    protocol = pickle.HIGHEST_PROTOCOL
    data = pickle.dumps(values, protocol)
    seconds = smallest(lambda: pickle.loads(pickle.dumps(values, protocol)))
    reply({"argument": {"how": "pickle", "bytes": len(data), "seconds": seconds}})
    views = buffers_of(values)
    size = sum(view.nbytes for view in views)
    if not size:
        return
    from multiprocessing import shared_memory
    block = shared_memory.SharedMemory(create=True, size=size)
    try:
        def copy():
            at = 0
            for view in views:
                block.buf[at:at + view.nbytes] = view
                at += view.nbytes
        reply({"argument": {"how": "shared-memory", "bytes": size, "seconds": smallest(copy)}})
    finally:
        block.close()
        block.unlink()

    def by_reference():
        out = []
        wrapped = [pickle.PickleBuffer(view) for view in views]
        pickle.loads(pickle.dumps(wrapped, 5, buffer_callback=out.append), buffers=out)
    reply({"argument": {"how": "buffer", "bytes": size, "seconds": smallest(by_reference)}})


def switch_effect(interval, loop, batch):
    """How long another thread waits for the GIL while one runs the kernel, and what the kernel gets done by then."""
    sys.setswitchinterval(interval)
    done, stop = [0, 0.0], []

    def run():
        began = time.thread_time()
        while not stop:
            loop(batch)
            done[0] += batch
        done[1] = time.thread_time() - began
    thread = threading.Thread(target=run)
    thread.start()
    waits, end = [], clock() + 0.2
    while clock() < end or len(waits) < 5:
        began = clock()
        time.sleep(0.001)
        waits.append(clock() - began - 0.001)
    stop.append(True)
    thread.join()
    waits.sort()
    return {"interval": interval, "wait": max(0.0, waits[len(waits) // 2]), "wait_high": max(0.0, waits[len(waits) * 9 // 10]),
            "rate": done[0] / done[1] if done[1] > 0 else 0}


def main():
    reply({"ready": True})
    config = request()
    space = {"__name__": "gilray_probe", "__builtins__": __builtins__, "worker_id": 0}
    name = config["module"]
    # Before the module is here: interpreters and processes import it for themselves.
    worker("thread", plain_thread)
    worker("shared-gil", lambda: interpreter(False, name))
    worker("own-gil", lambda: interpreter(True, name))
    exec(compile("import " + name, "<gilray import>", "exec"), space)
    exec(compile(config["setup"], "<gilray setup>", "exec"), space)
    exec(compile(config["loop"], "<gilray loop>", "exec"), space)
    values = arguments_of(config["call"], space)
    try:
        hand_over(values)
    except Exception as error:
        reply({"argument": {"how": "pickle", "problem": "%s: %s" % (type(error).__name__, error)}})
        values = ()
    try:
        result = eval(compile(config["call"].strip(), "<gilray call>", "eval"), space)
        reply({"result": {"how": "pickle", "bytes": len(pickle.dumps(result)),
                          "seconds": smallest(lambda: pickle.loads(pickle.dumps(result)))}})
    except Exception as error:
        reply({"result": {"how": "pickle", "problem": "%s: %s" % (type(error).__name__, error)}})
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        loop, usual = space["_gilray_loop"], sys.getswitchinterval()
        for interval in (usual, usual / 10, usual * 10):
            reply({"switch": switch_effect(interval, loop, config["batch"])})
        sys.setswitchinterval(usual)
    import multiprocessing
    for method in multiprocessing.get_all_start_methods():
        worker("process-" + method, lambda: process(method, name))
    pools(name, values)
    reply({"done": True})


if __name__ == "__main__":
    main()
