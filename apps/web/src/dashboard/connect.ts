import type { ViewMessage } from '@lockstep/metrics';
import { findCause } from '../ui/find-cause.ts';
import { coordinatorUrl } from '../ui/coordinator-url.ts';
import type { Secrets } from '../ui/secrets.ts';
import { connection, isOver, receive } from './state.ts';

/** Binary messages: kind, then three facts, as `u32` little-endian, then bytes. */
export interface DataMessage {
  readonly kind: number;
  readonly facts: readonly [number, number, number];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const HEADER_BYTES = 16;
/** The first and the longest delay between two tries, in milliseconds. */
const [FIRST_DELAY_MS, MAX_DELAY_MS] = [500, 30_000];
/** How a coordinator says goodbye when the run is over. */
const CLOSED_DONE = 1000;
/** Not let in: coming back would not help. What is said where the coordinator said no more. */
const CLOSED_FINAL: ReadonlyMap<number, string> = new Map([
  [4401, 'the token is missing or wrong'],
  [4403, 'this page may not take part'],
]);

let socket: WebSocket | undefined;
let failures = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let onData: (message: DataMessage) => void = () => undefined;

/**
 * Connects as the one the secrets make, and again whenever the connection is lost. A connection of before is given up: what it still
 * brings is nobody's any more.
 */
export function connect(secrets: Secrets): void {
  clearTimeout(retry);
  connection.value = { type: 'connecting' };
  const ws = new WebSocket(coordinatorUrl('./view'));
  ws.binaryType = 'arraybuffer';
  const before = socket;
  socket = ws;
  before?.close();
  let hasOpened = false;
  ws.addEventListener('open', () => {
    hasOpened = true;
    const role = secrets.admin === undefined ? 'viewer' : 'admin';
    const token = secrets.admin ?? secrets.token;
    ws.send(JSON.stringify({ type: 'hello', role, ...(token === undefined ? {} : { token }) }));
  });
  ws.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (socket !== ws) return;
    if (typeof data === 'string') {
      const message = JSON.parse(data) as ViewMessage;
      if (message.type !== 'refused') {
        failures = 0;
        if (connection.value.type === 'connecting') connection.value = { type: 'connected' };
      }
      receive(message);
    } else if (data instanceof ArrayBuffer) onData(parsed(data));
  });
  ws.addEventListener('close', ({ code }) => {
    // One that was given up for another.
    if (socket !== ws || connection.value.type === 'refused') return;
    const refusal = CLOSED_FINAL.get(code);
    if (refusal !== undefined) {
      connection.value = { type: 'refused', detail: refusal };
      return;
    }
    if (code === CLOSED_DONE && isOver()) {
      connection.value = { type: 'over' };
      return;
    }
    // Full jitter, so that many pages do not come back at once.
    const delay = Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures++) + FIRST_DELAY_MS;
    const lost = { type: 'lost', retryAt: Date.now() + delay, failures } as const;
    connection.value = lost;
    retry = setTimeout(() => connect(secrets), delay);
    if (hasOpened) return;
    void findCause().then((cause) => {
      if (connection.value === lost) connection.value = { ...lost, cause };
    });
  });
}

/** Sends an administrator's order or a wish; lost when there is no connection. */
export function say(message: { readonly type: string; readonly worker?: string }): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Who takes the binary messages. */
export function listenForData(listener: (message: DataMessage) => void): void {
  onData = listener;
}

function parsed(buffer: ArrayBuffer): DataMessage {
  const view = new DataView(buffer);
  const word = (index: number): number => view.getUint32(4 * index, true);
  return {
    kind: word(0),
    facts: [word(1), word(2), word(3)],
    bytes: new Uint8Array(buffer, HEADER_BYTES),
  };
}
