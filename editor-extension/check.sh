#!/usr/bin/env bash
# ESLint and the type checker over the extension; installs them first where they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../tests/editors/setup.sh extension
./npm.sh run --silent check
