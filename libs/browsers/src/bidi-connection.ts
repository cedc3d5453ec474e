import { WebSocket } from 'ws';
import { BrowserError, type BrowserErrorCode } from './browser-error.ts';
import { isObject, objectIn, textIn, type JsonObject } from './json.ts';

/**
 * One connection of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): commands with their answers, and events, as JSON over
 * a WebSocket.
 */
export interface BidiConnection {
  /** The result of a command. @throws {BrowserError} `code` when it is answered with an error, `closed` */
  command(method: string, params?: JsonObject, code?: BrowserErrorCode): Promise<JsonObject>;
  /** Calls `listener` for each event that is subscribed to. */
  onEvent(listener: (method: string, params: JsonObject) => void): void;
  close(): void;
}

/** The answers that are waited for, by the id of their command. */
type Waiting = Map<number, { succeed: (result: JsonObject) => void; fail: (detail: string) => void }>;

/** @throws {BrowserError} `did-not-start` when nothing listens at `url` */
export async function connectBidi(url: string): Promise<BidiConnection> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (cause) => {
      reject(new BrowserError('did-not-start', `no WebDriver BiDi at ${url}: ${cause.message}`, { cause }));
    });
  });
  const waiting: Waiting = new Map();
  const listeners: ((method: string, params: JsonObject) => void)[] = [];
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString());
    if (!isObject(message)) return;
    if (message['type'] === 'event') {
      for (const listener of listeners) listener(textIn(message, 'method'), objectIn(message, 'params'));
    } else settle(waiting, message);
  });
  // An error is followed by 'close', which rejects whoever waits.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    for (const { fail } of waiting.values()) fail('the connection to the browser was closed');
    waiting.clear();
  });
  return {
    command: (method, params = {}, code = 'closed') =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new BrowserError('closed', `the browser was closed before ${method}`));
          return;
        }
        const id = ++lastId;
        waiting.set(id, {
          succeed: resolve,
          fail: (detail) => reject(new BrowserError(code, `${method}: ${detail}`)),
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    onEvent: (listener) => void listeners.push(listener),
    close: () => socket.close(),
  };
}

function settle(waiting: Waiting, message: JsonObject): void {
  const id = message['id'];
  if (typeof id !== 'number') return;
  const answer = waiting.get(id);
  waiting.delete(id);
  if (message['type'] === 'success') answer?.succeed(objectIn(message, 'result'));
  else answer?.fail(`${textIn(message, 'error')}: ${textIn(message, 'message')}`);
}
