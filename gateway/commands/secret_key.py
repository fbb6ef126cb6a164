"""`gateway secret-key`: a value for GATEWAY_SECRET_KEY."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gateway.embedded.secret_key import new_secret_key


def prepare(_: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Return what runs the command."""
    return print_key


def print_key(_: argparse.Namespace) -> int:
    """Print a fresh key."""
    print(new_secret_key())
    return 0
