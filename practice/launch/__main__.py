"""``python -I practice/launch``: the folder is then no part of ``practice``, which can't be imported yet."""

import importlib
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))  # at the end: nothing there hides the standard library
sys.exit(importlib.import_module("launch.starting").main(sys.argv[1:]))
