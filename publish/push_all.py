"""Publish KLUE: `python publish/push_all.py --help`. Also installed as `klue-publish`."""

import sys

try:
    from klue_hub.publish.cli import main
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("klue_hub"):
        raise
    sys.exit("klue-hub is not installed in this Python; run `make demo` once, or `pip install -e .`")

if __name__ == "__main__":
    main()
