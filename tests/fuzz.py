"""`make fuzz`: requests made of `/openapi.json`, for some minutes, from a seed that is printed.

make fuzz ARGS="--minutes 30 --seed 7"
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys

import pytest

CASES = "tests/integration/api/test_generated_cases.py"


def main() -> int:
    asked = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=5.0)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = asked.parse_args()
    print(f"seed {given.seed}, {given.minutes:g} minutes", flush=True)
    os.environ |= {"FUZZ_SEED": str(given.seed), "FUZZ_MINUTES": str(given.minutes)}
    return pytest.main([CASES, "-x"])


if __name__ == "__main__":
    sys.exit(main())
