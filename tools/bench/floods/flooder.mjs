/**
 * Sends the same bytes to a port of this machine for as long as they are taken, and comes back when it is cut. It knows nothing of
 * what they mean: node flooder.mjs PORT < {"opening", "hello", "chunk"}, each in base64.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers';

/** How long a cut connection stays away, and how long a hello may be without an answer. */
const PAUSE_MS = 100;

const port = Number(process.argv[2]);
const { opening, hello, chunk } = Object.fromEntries(
  Object.entries(JSON.parse(readFileSync(0, 'utf8'))).map(([name, text]) => [
    name,
    Buffer.from(text, 'base64'),
  ]),
);

function flood(socket) {
  if (socket.destroyed) return;
  if (socket.write(chunk)) setImmediate(flood, socket);
  else socket.once('drain', () => flood(socket));
}

function begin() {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('close', () => setTimeout(begin, PAUSE_MS));
  socket.on('end', () => socket.destroy());
  socket.resume();
  if (opening.length === 0) return socket.once('connect', () => flood(socket));
  socket.write(opening);
  socket.once('data', () => {
    socket.write(hello);
    setTimeout(flood, PAUSE_MS, socket);
  });
}

begin();
