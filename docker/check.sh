#!/usr/bin/env bash
# Builds the image, trains a few steps with the compose file's coordinator and two workers, and compares the sha256 of the
# weights with that of a single process. Exits 0 when they are equal. What it started is removed; the build cache stays.
#   docker/check.sh [STEPS]           300 when left out
# DOCKER_HOST says where the engine is, as always; DOCKER_BUILD_FLAGS is passed to `docker build`, such as "--network host".
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "docker/check.sh: $*" >&2; exit 1; }
case ${1:-} in -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
steps=${1:-300}
[[ $steps =~ ^[1-9][0-9]*$ ]] || fail "STEPS is a count from 1, not $steps"

command -v docker >/dev/null || fail 'docker is not installed'
docker version >/dev/null 2>&1 || fail "no Docker engine answers at ${DOCKER_HOST:-the default address}: start one, or set DOCKER_HOST"
if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
command -v "${compose[0]}" >/dev/null || fail 'docker-compose is not installed'

export LOCKSTEP_IMAGE=lockstep:check LOCKSTEP_MAX_STEPS=$steps LOCKSTEP_FORMAT=json LOCKSTEP_PORT=
compose+=(-p "lockstep-check-$$" -f docker/compose.yaml)
clean_up() {
  "${compose[@]}" down --volumes --timeout 5 >/dev/null 2>&1 || true
  docker rmi "$LOCKSTEP_IMAGE" >/dev/null 2>&1 || true
}
trap clean_up EXIT

# shellcheck disable=SC2086 # several flags may be given
docker build ${DOCKER_BUILD_FLAGS:-} -f docker/Dockerfile -t "$LOCKSTEP_IMAGE" .

digest_in() { grep -oE '"weightsSha256":"[0-9a-f]{64}"' | tail -1 | cut -d'"' -f4 || true; }
expected=$(docker run --rm --network none -e LOCKSTEP_FORMAT "$LOCKSTEP_IMAGE" train --workers 0 --max-steps "$steps" | digest_in)
"${compose[@]}" up --no-build --abort-on-container-exit --exit-code-from coordinator
log=$("${compose[@]}" logs --no-color coordinator)
found=$(digest_in <<<"$log")
workers=$(grep -c '"type":"worker-joined"' <<<"$log" || true)

echo "single process  $expected"
echo "two containers  $found"
[ "$workers" -ge 2 ] || fail "$workers workers joined, not 2"
[ -n "$expected" ] && [ "$found" = "$expected" ] || fail 'the weights differ'
echo "the same bits; the image takes $(($(docker image inspect -f '{{.Size}}' "$LOCKSTEP_IMAGE") / 1000000)) MB"
