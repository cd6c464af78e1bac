"""Start the Space's page: `python app.py`.

A Space is this folder alone, and its modules import each other as a package. So the folder is loaded as one,
whatever it is called and wherever it lies: in a Space, in a checkout, in an installed wheel.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PACKAGE = "klue_metric_space"


def load_folder() -> None:
    """Make the folder importable as a package."""
    # Python puts the script's folder first; there `labels` or `files` would hide a library's module.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]
    start = FOLDER / "__init__.py"
    spec = importlib.util.spec_from_file_location(PACKAGE, start, submodule_search_locations=[str(FOLDER)])
    assert spec
    assert spec.loader
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[PACKAGE])


def main() -> None:
    """Serve the page, with a cache that ends with the server."""
    load_folder()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that files of visitors go when the server goes
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    with tempfile.TemporaryDirectory(prefix="klue-metric-cache-", ignore_cleanup_errors=True) as cache:
        os.environ["GRADIO_TEMP_DIR"] = cache
        page = importlib.import_module(f"{PACKAGE}.page")
        try:
            page.launch()
        except OSError as error:
            sys.exit(f"The page cannot start: {error}")


if __name__ == "__main__":
    main()
