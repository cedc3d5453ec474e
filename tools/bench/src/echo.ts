/** Answers each message of a server with one of another length: a client of the bare rounds that steps are compared with. */
import { connect, type Transport } from './loopback/line.ts';

const HELP = `Usage: node tools/run.mjs bench/echo <websocket|tcp> <port> <bytes to receive> <bytes to send>

Serves bench/main, whose server on this machine it connects to; it does nothing by itself.`;

async function echo(transport: Transport, port: number, bytesIn: number, bytesOut: number): Promise<void> {
  const line = await connect(transport, port, bytesIn);
  const answer = Buffer.alloc(bytesOut, 2);
  line.onMessage(() => line.send(answer));
  line.onClose(() => process.exit());
}

const [transport, ...numbers] = process.argv.slice(2);
const [port, bytesIn, bytesOut] = numbers.map(Number);
if (process.send === undefined || bytesOut === undefined) {
  const isAsked = transport === '--help';
  (isAsked ? console.log : console.error)(HELP);
  process.exitCode = isAsked ? 0 : 2;
} else {
  process.once('disconnect', () => process.exit());
  await echo(transport as Transport, port!, bytesIn!, bytesOut);
}
