#!/usr/bin/env bash
# ws 8.23.0 cuts a peer whose 61st ping is read before the answers to 60 have left: no close frame, no error event, 1006 at the
# peer. Pings that waited for a process that was stopped arrive that way. Needs Node 20 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ws@8.23.0 >/dev/null
cat >run.mjs <<'JS'
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket, WebSocketServer } from 'ws';
const { version } = JSON.parse(readFileSync('node_modules/ws/package.json', 'utf8'));
console.log(`Node ${process.versions.node}, ws ${version}`);
console.log('guess: each ping is answered, and whoever sends too many is told so in a close frame (1008)');

async function pingAtOnce(count, options) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  await once(server, 'listening');
  const seen = { pongs: 0, errors: 0, code: undefined };
  server.on('connection', (socket) => {
    socket.on('error', () => seen.errors++);
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  client.on('pong', () => seen.pongs++);
  client.on('error', () => seen.errors++);
  await once(client, 'open');
  const isOver = once(client, 'close').then(([code]) => (seen.code = code));
  // In one piece, as what waited in a line arrives.
  client._socket.cork();
  for (let ping = 0; ping < count; ping++) client.ping();
  client._socket.uncork();
  client.close(1000);
  await isOver;
  server.close();
  return `${seen.pongs} pongs, ${seen.errors} errors, the peer sees ${seen.code}`;
}

const seen = [
  ['60 pings', await pingAtOnce(60, {})],
  ['61 pings', await pingAtOnce(61, {})],
  ['61 pings, maxPendingAutoPongs 0', await pingAtOnce(61, { maxPendingAutoPongs: 0 })],
];
for (const [what, result] of seen) console.log(`seen: ${what}: ${result}`);
const described = [
  '60 pongs, 0 errors, the peer sees 1000',
  '60 pongs, 0 errors, the peer sees 1006',
  '61 pongs, 0 errors, the peer sees 1000',
];
const isAsDescribed = seen.every(([, result], index) => result === described[index]);
console.log(isAsDescribed ? 'as described' : 'CHANGED');
process.exitCode = isAsDescribed ? 0 : 1;
JS
node run.mjs
