#!/usr/bin/env bash
# For fingers that know the old name: the same arguments, the same release.
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "$0")/.."
exec cargo xtask release "$@"
