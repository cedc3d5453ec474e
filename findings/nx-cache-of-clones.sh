#!/usr/bin/env bash
# A fresh clone builds nothing where another clone of the repository was built before: Nx 23.2.1 keeps its cache in ~/.nx, by the
# repository's first commit and not by its folder, and puts the other clone's outputs into this one. Whoever times a build "from
# nothing" times a copy. NX_CACHE_DIRECTORY is a way out. Needs Node 20 or newer and git.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir home first
export HOME=$folder/home NX_DAEMON=false CI=true npm_config_cache=${npm_config_cache:-$(npm config get cache)}
cd first
git init --quiet
git config user.email someone@example.org
git config user.name someone
cat >package.json <<'JSON'
{ "name": "shop", "version": "1.0.0", "private": true }
JSON
cat >nx.json <<'JSON'
{ "analytics": false, "neverConnectToCloud": true }
JSON
cat >project.json <<'JSON'
{
  "name": "shop",
  "targets": {
    "build": {
      "command": "mkdir -p dist && pwd > dist/where.txt",
      "cache": true,
      "outputs": ["{projectRoot}/dist"]
    }
  }
}
JSON
printf 'node_modules\n.nx\ndist\n' >.gitignore
npm install --silent --no-audit --no-fund --ignore-scripts --save-dev --save-exact nx@23.2.1 >/dev/null
git add --all
git commit --quiet --message 'A shop'
echo "Node $(node --version), nx $(node -p "require('nx/package.json').version")"
echo 'guess: a fresh clone, without node_modules and .nx, runs its own build'
npx nx run shop:build >/dev/null 2>&1
cd ..
git clone --quiet first second
cd second
npm ci --silent --no-audit --no-fund --ignore-scripts >/dev/null
npx nx run shop:build >/dev/null 2>&1
plain=$(basename "$(cat dist/where.txt)")
rm -r dist
NX_CACHE_DIRECTORY=.nx/cache npx nx run shop:build >/dev/null 2>&1
own=$(basename "$(cat dist/where.txt)")
echo "seen: the second clone holds what was built in: $plain"
echo "seen: with NX_CACHE_DIRECTORY=.nx/cache what was built in: $own"
if [ "$plain $own" = "first second" ]; then
  echo 'as described'
else
  echo 'CHANGED'
  exit 1
fi
