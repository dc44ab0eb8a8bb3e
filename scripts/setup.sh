#!/usr/bin/env bash
# Sets up everything that Derender needs to run from this checkout: system libraries where they are missing, the virtual environment
# .venv and the packages in it. Does nothing where all is there. Debian and Ubuntu; elsewhere it says what to install.
#   scripts/setup.sh          to run and to develop
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v python3 >/dev/null || missing+=(python3)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
# pycairo is built from source: it needs a compiler and the headers of Python and cairo.
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v pkg-config >/dev/null || missing+=(pkg-config)
pkg-config --exists cairo 2>/dev/null || missing+=(libcairo2-dev)
python3 -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' 2>/dev/null || missing+=(python3-dev)

if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "setup: please install: ${missing[*]} (these are Debian's names), then run this again" >&2
        exit 2
    fi
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "setup: please install as root: apt-get install ${missing[*]}" >&2
        exit 2
    fi
    echo "setup: installing ${missing[*]}"
    # Another installation may be at work: wait for its lock.
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq update
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed; found $(python3 --version)" >&2; exit 2; }

# The environment is renewed when what it was made from has changed.
stamp=.venv/.made-from
wanted=$(cat pyproject.toml requirements/development.txt | cksum)
if [ ! -x .venv/bin/python ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "setup: making the virtual environment .venv (some minutes the first time)"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/development.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c requirements/development.txt -e '.[dev]'
    echo "$wanted" > "$stamp"
fi
