"""Load a program, wait for the order to run it, run it: `python -m gateway.processes.warm MODULE`.

Loading takes a second of computing and MongoDB's start a second of waiting: the demo does both at once.
The order is one line of JSON on standard input: `{"arguments": […], "environment": {…}}`.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import sys


def main() -> None:
    """Become the program; end where no order comes because the parent is gone."""
    module = sys.argv[1]
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # until the program has a handler of its own
    loaded = f"{module}.__main__" if hasattr(importlib.import_module(module), "__path__") else module
    importlib.import_module(loaded)
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    order = json.loads(line)
    os.environ.update(order["environment"])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.argv = [module, *order["arguments"]]
    sys.modules.pop(loaded)  # it runs anew under the name `__main__`, what it imported stays
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
