"""`derender-lsp`: the server on standard input and output, or on a port of this machine alone.

Kept light: the worker process imports this module, too.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def main() -> None:
    """Runs the server until the client ends it."""
    parser = argparse.ArgumentParser(prog="derender-lsp", description="Derender's language server")
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")
    transport.add_argument("--tcp", type=int, metavar="PORT", help="speak on this port of 127.0.0.1")
    levels = ["DEBUG", "INFO", "WARNING", "ERROR"]
    parser.add_argument("--log-level", default="WARNING", choices=levels, help="of the log on standard error")
    arguments = parser.parse_args()
    logging.basicConfig(level=arguments.log_level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_without_traceback)

    # Tens of thousands of objects come to stay here; looking through them for garbage would only slow the start and every answer.
    gc.disable()
    from derender_lsp.protocol_types import load

    load()
    from derender_lsp.server import create_server

    server = create_server()
    gc.enable()
    gc.freeze()
    if arguments.tcp is not None:
        start_tcp(server, arguments.tcp)
    else:
        start_stdio(server)


def _without_traceback(record: logging.LogRecord) -> bool:
    """What is told without where it happened, or (False) not at all, though pygls and asyncio log it as if the server had failed.

    A request that was refused as a sentence: the client has the sentence. A client that says exit before it hears of shutdown: what was
    under way ends with the process, and nobody hears of it.
    """
    import asyncio

    from pygls.exceptions import JsonRpcException

    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, JsonRpcException):
        record.msg, record.args, record.exc_info = "refused: %s", (str(error),), None
    elif str(record.msg).startswith("Error sending data"):
        record.msg, record.args, record.exc_info = "the client does not listen any more: %s", (error,), None
    return not isinstance(error, asyncio.CancelledError)


def start_stdio(server: DerenderServer) -> None:
    """Speaks on the process's own streams; whatever else prints, here or in a child process, prints on standard error."""
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        server.start_io(sys.stdin.buffer, stdout)
    finally:
        server.analyses.worker.close()  # for a client that went without a word


def start_tcp(server: DerenderServer, port: int) -> None:
    """Speaks with one client on a port of this machine; no other machine can reach it."""
    try:
        server.start_tcp("127.0.0.1", port)
    finally:
        server.analyses.worker.close()


if __name__ == "__main__":
    main()
