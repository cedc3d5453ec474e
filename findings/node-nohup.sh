#!/usr/bin/env bash
# `nohup node ...` dies of SIGHUP: Node 20.20.2, 22.23.3, 24.21.0 and 26.10.0 set every signal back to its default when they start,
# also those that were to be ignored. A sleep under the same nohup lives. Needs bash, nohup and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
echo 'guess: what nohup starts goes on when its terminal is closed, whatever it is'

# What ends a program under nohup that is sent SIGHUP: "HUP", or "nothing".
ended_by() {
  nohup "$@" >/dev/null 2>&1 &
  local pid=$! status=0
  sleep 2
  kill -HUP "$pid"
  sleep 1
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || status=$?
  case $status in 129) echo HUP ;; 137) echo nothing ;; *) echo "status $status" ;; esac
}

seen=$(ended_by sleep 60)
echo "seen: a sleep is ended by $seen"
for package in node@20.20.2 node@22.23.3 node@24.21.0 node@26.10.0; do
  npm install --silent --no-audit --no-fund --prefix "${package#node@}" "$package" >/dev/null
  node=$folder/${package#node@}/node_modules/node/bin/node
  ignored=$(nohup "$node" -p "(parseInt(require('fs').readFileSync('/proc/self/status', 'utf8').match(/SigIgn:\s*(\w+)/)[1].slice(-8), 16) & 1) === 1" 2>/dev/null)
  by=$(ended_by "$node" -e 'setInterval(() => {}, 1000)')
  echo "seen: $("$node" --version) is ended by $by; SIGHUP is ignored in it: $ignored"
  seen="$seen $by $ignored"
done
if [ "$seen" = "nothing HUP false HUP false HUP false HUP false" ]; then
  echo 'as described'
else
  echo 'CHANGED'
  exit 1
fi
