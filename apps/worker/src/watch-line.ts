import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** How often the line is looked at. */
const LOOK_EVERY_MS = 100;
/**
 * Looks without a byte after which nobody is there: a coordinator pings four times in that time. Where bytes get lost on their way here
 * alone, the coordinator hears of it by this cut, and has to within 3 seconds.
 */
const PATIENT_LOOKS = 23;
/** One look more for so many bytes of the longest message: a coordinator is at work longer on a larger network. */
const BYTES_A_LOOK = 6 * 1024 * 1024;

/**
 * Cuts the connection when nothing comes over it any more: TCP itself would wait for a quarter of an hour. Any byte counts, also of
 * a message that takes minutes to arrive. Looks are counted and not seconds, so that a stall of this process is nobody's fault.
 */
export function watchLine(client: WebSocket, line: Pick<Socket, 'bytesRead'>): void {
  let bytesSeen = line.bytesRead;
  let silentLooks = 0;
  let longest = 0;
  client.on('message', (message: Buffer) => (longest = Math.max(longest, message.length)));
  const looker = setInterval(() => {
    silentLooks = line.bytesRead === bytesSeen ? silentLooks + 1 : 0;
    bytesSeen = line.bytesRead;
    if (silentLooks >= PATIENT_LOOKS + longest / BYTES_A_LOOK) client.terminate();
  }, LOOK_EVERY_MS);
  client.on('close', () => clearInterval(looker));
}
