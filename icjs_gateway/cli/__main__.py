"""`python -m icjs_gateway.cli`."""

from icjs_gateway.cli import main

main()
