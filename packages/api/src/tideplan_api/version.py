"""The version as the contract and the clients write it."""

import re

_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}


def semver(pep440: str) -> str:
    """``1.2.0a3`` as ``1.2.0-alpha.3``, ``1.2.0.dev0`` as ``1.2.0-dev``. Anything else is left alone."""
    if development := re.fullmatch(r"(\d+\.\d+\.\d+)\.dev0", pep440):
        return f"{development[1]}-dev"
    match = re.fullmatch(r"(\d+\.\d+\.\d+)(a|b|rc)(\d+)", pep440)
    if match is None:
        return pep440
    release, stage, number = match.groups()
    return f"{release}-{_STAGES[stage]}.{number}"
