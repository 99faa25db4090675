"""The reference of every figure over HTTP: a bare FastAPI application that gives a body back.

Run as a process of its own (`python -m icjs_gateway.cli.bench.echo`), with uvicorn on uvloop and httptools, as
the gateway is. What it reaches is what the framework and the machine leave to anybody who parses, decides and
stores nothing.
"""

from __future__ import annotations

import socket
import sys

import uvicorn
from fastapi import FastAPI, Request, Response

PATH = "/echo"

app = FastAPI(openapi_url=None)


@app.post(PATH)
async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/octet-stream")


def main() -> None:
    """Serve on a free port of the loopback interface, which the ready line names, until SIGTERM."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    host, port = listener.getsockname()
    config = uvicorn.Config(app, loop="uvloop", http="httptools", ws="none", log_config=None, access_log=False)
    # Whoever connects from here on waits in the backlog for the moment that the server still needs.
    sys.stdout.write(f"ready http://{host}:{port}\n")
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
