"""Run the Hub: `python -m tests.hub --root DIR`. The first line on stdout is its address."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import sys
from pathlib import Path

from aiohttp import web

from tests.hub.server import make_app


def _listen(port: int) -> list[socket.socket]:
    """Sockets of both loopback addresses on one port, as `localhost` may mean either."""
    first = socket.create_server(("127.0.0.1", port))
    sockets = [first]
    if socket.has_ipv6:
        with contextlib.suppress(OSError):  # no IPv6 on this machine
            sockets.append(socket.create_server(("::1", first.getsockname()[1]), family=socket.AF_INET6))
    return sockets


async def _serve(root: Path, port: int, *, offers_xet: bool) -> None:
    sockets = _listen(port)
    bound = sockets[0].getsockname()[1]
    app = make_app(root, f"http://localhost:{bound}", offers_xet=offers_xet)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    for listening in sockets:
        await web.SockSite(runner, listening).start()
    print(f"http://127.0.0.1:{bound}", flush=True)
    # It ends with whoever started it: their end of this pipe closes, however they end.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    await runner.cleanup()


def main() -> None:
    """Parse and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="folder of the state")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--xet", action="store_true", help="offer Xet")
    options = parser.parse_args()
    asyncio.run(_serve(options.root, options.port, offers_xet=options.xet))


if __name__ == "__main__":
    main()
