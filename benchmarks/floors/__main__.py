import sys
from importlib import import_module

import uvloop

if __name__ == "__main__":
    uvloop.install()
    _, name, port, provider = sys.argv
    import_module(f"benchmarks.floors.{name}").run(int(port), provider)
