"""A small client for the language server protocol, as much of it as the tests of gilray-clangd need."""
import json
import os
import queue
import subprocess
import threading
import urllib.parse


def uri(path):
    return "file://" + urllib.parse.quote(os.path.abspath(path))


def path(address):
    return urllib.parse.unquote(address.removeprefix("file://"))


class Client:
    """Starts a server; `with` ends it. Requests wait for their answers; diagnostics are kept by file."""

    def __init__(self, command, root=None, environment=None, timeout=300):
        self.timeout = timeout
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        cwd=root, env=environment)
        self.messages, self.said, self.number = queue.Queue(), [], 0
        self.versions, self.published = {}, {}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.capabilities = self.request("initialize", {
            "processId": None, "rootUri": uri(root) if root else None,
            "capabilities": {"textDocument": {"publishDiagnostics": {"relatedInformation": True, "codeActionsInline": False},
                                              "codeAction": {"codeActionLiteralSupport": {}}}},
            "initializationOptions": {}})["capabilities"]
        self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            size = 0
            while True:
                line = stream.readline()
                if not line:
                    self.messages.put(None)
                    return
                if line.lower().startswith(b"content-length"):
                    size = int(line.split(b":")[1])
                if not line.strip():
                    break
            self.messages.put(json.loads(stream.read(size)))

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line.decode("utf-8", "replace").rstrip())

    def _send(self, message):
        body = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def _next(self):
        message = self.messages.get(timeout=self.timeout)
        if message is None:
            raise RuntimeError("the server ended:\n" + "\n".join(self.said[-30:]))
        return message

    def request(self, method, params):
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._answer(message)

    def _answer(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.published[path(params["uri"]), params.get("version")] = params["diagnostics"]
        if "id" in message and "method" in message:  # the server asks: nothing to offer
            self._send({"id": message["id"], "result": None})

    def diagnostics(self, file, version):
        """Those published for this version of the file."""
        wanted = (os.path.abspath(file), version)
        while wanted not in self.published:
            message = self._next()
            self._answer(message)
        return self.published.pop(wanted)

    def compile_command(self, file, command, directory="/"):
        self.notify("workspace/didChangeConfiguration", {"settings": {"compilationDatabaseChanges": {
            os.path.abspath(file): {"workingDirectory": directory, "compilationCommand": command}}}})

    def send_open(self, file, text=None):
        if text is None:
            with open(file, encoding="utf-8", errors="replace") as stream:
                text = stream.read()
        self.versions[file] = 1
        language = "cpp" if file.endswith((".cpp", ".cc", ".cxx", ".hpp")) else "c"
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri(file), "languageId": language, "version": 1,
                                                              "text": text}})

    def open(self, file, text=None):
        self.send_open(file, text)
        return self.diagnostics(file, 1)

    def send_change(self, file, text):
        self.versions[file] += 1
        self.notify("textDocument/didChange", {"textDocument": {"uri": uri(file), "version": self.versions[file]},
                                               "contentChanges": [{"text": text}]})
        return self.versions[file]

    def change(self, file, text):
        return self.diagnostics(file, self.send_change(file, text))

    def save(self, file):
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri(file)}})

    def close(self, file):
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri(file)}})

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.process.poll() is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                self.process.wait(120)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.reader.join(5)
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                stream.close()
