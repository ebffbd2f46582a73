#!/usr/bin/env python3
"""gilray-clangd in the real Neovim, in a terminal: a finding appears beside the line that is being typed, and goes again.

  neovim_test.py GILRAY_CLANGD          exit status 77 without Neovim
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

GOOD = """\
#include <Python.h>
PyObject *bad(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    ;
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
"""
# What docs/guide/editors.md shows for Neovim, and findings shown at the end of lines also while typing.
SETUP = """\
vim.diagnostic.config({virtual_text = true, update_in_insert = true})
vim.api.nvim_create_autocmd('FileType', {pattern = {'c', 'cpp'}, callback = function(event)
  local client = vim.lsp.start_client({name = 'gilray-clangd', cmd = {'%s'}, root_dir = vim.fn.getcwd()})
  vim.lsp.buf_attach_client(event.buf, client)
end})
"""
TIMEOUT = 180


class Terminal:
    def __init__(self, command, folder, environment):
        self.master, slave = pty.openpty()
        subprocess.run(["stty", "rows", "30", "cols", "150"], stdin=slave, check=True)
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)
        os.close(slave)
        self.seen = ""

    def type(self, keys):
        self.seen = ""
        os.write(self.master, keys.encode())

    def wait_for(self, pattern):
        """Until the pattern is drawn after the last keys."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if re.search(pattern, self.seen):
                return True
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    drawn = os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    return False
                self.seen += re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>])", "", drawn)
        return False


def main():
    neovim = shutil.which("nvim")
    if not neovim:
        print("no Neovim here")
        return 77
    with tempfile.TemporaryDirectory(prefix="gilray-nvim-") as folder:
        include = subprocess.run(["/usr/bin/python3", "-c", "import sysconfig; print(sysconfig.get_paths()['include'])"],
                                 capture_output=True, text=True).stdout.strip()
        for name, text in (("a.c", GOOD), ("compile_flags.txt", f"-isystem\n{include}\n"),
                           ("init.lua", SETUP % os.path.abspath(sys.argv[1]))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        environment = dict(os.environ, HOME=folder, XDG_CACHE_HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder,
                           XDG_STATE_HOME=folder, TERM="xterm", GILRAY_EDITOR_INDEX="off")
        terminal = Terminal([neovim, "-n", "-u", "init.lua", "a.c"], folder, environment)
        try:
            steps = [("the file", "", r"Py_END_ALLOW_THREADS"),
                     ("the finding while typing", ":5\rccPy_INCREF(self);", r"'Py_INCREF' is called without an"),
                     ("what :lua sees", "\x1b:lua print('left ' .. #vim.diagnostic.get(0))\r", r"left 1"),
                     ("its end", ":5\rcc;\x1b:sleep 3\r:lua print('left ' .. #vim.diagnostic.get(0))\r", r"left 0")]
            for what, keys, pattern in steps:
                if keys:
                    terminal.type(keys)
                if not terminal.wait_for(pattern):
                    print(f"{what} was not shown; the screen since the last keys:\n{terminal.seen}")
                    return 1
                print(f"{what}: shown")
            terminal.type(":qa!\r")
            terminal.process.wait(20)
        finally:
            if terminal.process.poll() is None:
                terminal.process.kill()
                terminal.process.wait()
            os.close(terminal.master)
    return 0


if __name__ == "__main__":
    sys.exit(main())
