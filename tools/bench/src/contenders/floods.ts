import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Contender } from '../benchmark-case.ts';
import { benchFolder } from '../paths.ts';
import { limitCpu } from './control-group.ts';
import { trainOnce } from './train-process.ts';

/** What a flooder sends: a handshake and a first message where it needs them, then `chunk` again and again. */
export interface Flood {
  readonly opening: Uint8Array;
  readonly hello: Uint8Array;
  readonly chunk: Uint8Array;
}

/** Share of a core that the flooder gets. */
const SHARE = 0.05;
const PERIOD_MS = 100;

/** A server that takes everything and says no more than that a handshake is done. */
async function openSink(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** A port that nobody listens at now. */
async function freePort(): Promise<number> {
  const { port, close } = await openSink();
  close();
  return port;
}

/** Holds a process to its share of a core: by a control group, where one can be made, else by stopping it most of the time. */
function hold(child: ChildProcess): { readonly isGroup: boolean; end(): void } {
  const end = limitCpu(child.pid!, { share: SHARE, periodMillis: PERIOD_MS });
  if (end !== undefined) return { isGroup: true, end };
  const stop = (): void => void child.kill('SIGSTOP');
  const cycle = setInterval(() => {
    child.kill('SIGCONT');
    setTimeout(stop, SHARE * PERIOD_MS);
  }, PERIOD_MS);
  return { isGroup: false, end: () => clearInterval(cycle) };
}

/** Ends it, and waits until it is gone. */
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

/**
 * The step of `lockstep train` while somebody floods.
 * @param target its coordinator, or a sink beside it: what the flooder itself costs the machine
 */
export const flooded = (
  target: 'coordinator' | 'sink',
  args: readonly string[],
  floodOf: (port: number) => Flood,
): Contender => ({
  name: target,
  open: async () => {
    const sink = await openSink();
    return {
      detail: `the flooder has ${SHARE * 100} % of a core, by a control group or by SIGSTOP`,
      measure: async () => {
        const port = await freePort();
        const aim = target === 'sink' ? sink.port : port;
        const child = spawn(process.execPath, [path.join(benchFolder, 'floods/flooder.mjs'), String(aim)], {
          stdio: ['pipe', 'ignore', 'inherit'],
        });
        const { opening, hello, chunk } = floodOf(port);
        const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
        child.stdin.end(
          JSON.stringify({ opening: base64(opening), hello: base64(hello), chunk: base64(chunk) }),
        );
        const kill = (): void => void child.kill('SIGKILL');
        process.once('exit', kill);
        const held = hold(child);
        try {
          const { stepMillis, weightsSha256 } = await trainOnce(args, {}, port);
          const extra = { 'by a control group (1) or by SIGSTOP (0)': Number(held.isGroup) };
          return { value: stepMillis, result: weightsSha256, extra };
        } finally {
          process.off('exit', kill);
          await ended(child);
          held.end();
        }
      },
      close: () => sink.close(),
    };
  },
});
