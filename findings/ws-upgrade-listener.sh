#!/usr/bin/env bash
# A client of ws 8.23.0 gives the socket to its 'upgrade' event. Whoever listens to that socket's data from there on takes away the message
# that came in one piece with the answer 101: ws never gets it, and says nothing. Needs Node 20 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ws@8.23.0 >/dev/null
cat >run.mjs <<'JS'
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { WebSocket } from 'ws';
const { version } = JSON.parse(readFileSync('node_modules/ws/package.json', 'utf8'));
console.log(`Node ${process.versions.node}, ws ${version}`);
console.log('guess: a second listener to the data of a socket changes nothing for the first');

// Answers the handshake and sends the texts "one" and "two": the first in one piece with the answer, the second a moment later.
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (request) => {
    const [, key] = /sec-websocket-key: (\S+)/i.exec(String(request));
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    const text = (word) => Buffer.concat([Buffer.from([0x81, word.length]), Buffer.from(word)]);
    socket.write(Buffer.concat([Buffer.from(answer), text('one')]));
    setTimeout(() => socket.write(text('two')), 200);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

async function heard(listen) {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  const words = [];
  listen(client);
  await new Promise((resolve) => {
    client.on('message', (word) => words.push(String(word)) && String(word) === 'two' && resolve());
  });
  client.terminate();
  return words.join(', ');
}

const nothing = () => undefined;
const seen = [
  ['no other listener', await heard(nothing)],
  ["one from 'upgrade' on", await heard((client) => client.on('upgrade', ({ socket }) => socket.on('data', nothing)))],
  [
    "one from 'open' on",
    await heard((client) => client.on('upgrade', ({ socket }) => client.on('open', () => socket.on('data', nothing)))),
  ],
];
server.close();
for (const [what, words] of seen) console.log(`seen: ${what}: ${words}`);
const isAsDescribed = ['one, two', 'two', 'one, two'].every((words, index) => seen[index][1] === words);
console.log(isAsDescribed ? 'as described' : 'CHANGED');
process.exitCode = isAsDescribed ? 0 : 1;
JS
node run.mjs
