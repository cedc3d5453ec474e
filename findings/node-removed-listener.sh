#!/usr/bin/env bash
# A listener for SIGUSR1 that was there once and was removed leaves Node without its debugger: the next SIGUSR1 ends the process
# (138), where without the listener it would have opened the inspector and gone on. Seen with Node 20.20.2, 22.23.3, 24.21.0 and
# 26.10.0. Needs bash and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
echo 'guess: process.off takes back what process.on did, so that SIGUSR1 means again what it did before'

# What a program does when SIGUSR1 comes a second after it is ready.
after_usr1() {
  local node=$1 program=$2 status=0
  rm -f ready
  "$node" -e "$program; require('fs').writeFileSync('ready', ''); setTimeout(() => {}, 4000)" >/dev/null 2>said &
  local pid=$!
  until [ -e ready ]; do sleep 0.1; done
  kill -USR1 "$pid"
  wait "$pid" 2>/dev/null || status=$?
  if grep -q 'Debugger listening' said; then echo "debugger, then $status"; else echo "no debugger, $status"; fi
}

seen=
for package in node@20.20.2 node@22.23.3 node@24.21.0 node@26.10.0; do
  npm install --silent --no-audit --no-fund --prefix "${package#node@}" "$package" >/dev/null
  node=$folder/${package#node@}/node_modules/node/bin/node
  never=$(after_usr1 "$node" '0')
  removed=$(after_usr1 "$node" "const f = () => {}; process.on('SIGUSR1', f); process.off('SIGUSR1', f)")
  echo "seen: $("$node" --version): without a listener: $never; with one that was removed: $removed"
  seen="$seen$never; $removed. "
done
one='debugger, then 0; no debugger, 138. '
if [ "$seen" = "$one$one$one$one" ]; then
  echo 'as described'
else
  echo 'CHANGED'
  exit 1
fi
