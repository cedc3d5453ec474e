import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { until } from './wait.ts';

export interface FrameOptions {
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping. */
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The first reserved bit, by which compression marks a message. */
  readonly isCompressed?: boolean;
  /** The length that the header tells, where it is not the payload's. */
  readonly toldLength?: number;
}

/** A WebSocket frame as a client sends it, or as no honest one would. */
export function frameOf(payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const {
    opcode = 2,
    isLast = true,
    isMasked = true,
    isCompressed = false,
    toldLength = payload.length,
  } = options;
  const first = (isLast ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode;
  const maskBit = isMasked ? 0x80 : 0;
  const length = Buffer.alloc(toldLength < 126 ? 1 : toldLength < 65_536 ? 3 : 9);
  if (length.length === 1) length[0] = maskBit | toldLength;
  else if (length.length === 3) {
    length[0] = maskBit | 126;
    length.writeUInt16BE(toldLength, 1);
  } else {
    length[0] = maskBit | 127;
    length.writeBigUInt64BE(BigInt(toldLength), 1);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.of(first), length, Buffer.alloc(isMasked ? 4 : 0), payload]);
}

/** The HTTP request that a WebSocket begins with. */
export const upgradeRequest = (port: number, headers: readonly string[] = [], path = '/'): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...headers,
    '',
    '',
  ].join('\r\n');

export interface Ending {
  /** The WebSocket close code that came; undefined when the connection ended without one. */
  readonly code: number | undefined;
  readonly reason: string;
  /** When that came, or the connection ended: milliseconds of this process's clock. */
  readonly at: number;
}

/** A TCP connection with hand-made bytes, on the loopback interface. */
export class RawPeer {
  readonly socket: Socket;
  /** Everything that came back. */
  received = Buffer.alloc(0);
  readonly ended: Promise<Ending>;

  /** @param localAddress the address it comes from */
  constructor(port: number, localAddress = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on('data', (bytes) => {
        this.received = Buffer.concat([this.received, bytes]);
        const close = this.#close();
        if (close.code === undefined) return;
        resolve({ ...close, at: performance.now() });
        this.socket.end(frameOf(Buffer.of(close.code >> 8, close.code & 255), { opcode: 8 }));
      });
      this.socket.on('close', () => resolve({ ...this.#close(), at: performance.now() }));
    });
  }

  /** A peer that has become a WebSocket connection. */
  static async open(
    port: number,
    options: {
      readonly localAddress?: string;
      readonly headers?: readonly string[];
      readonly path?: string;
    } = {},
  ): Promise<RawPeer> {
    const peer = new RawPeer(port, options.localAddress);
    peer.socket.write(upgradeRequest(port, options.headers, options.path));
    await until('an answer to an upgrade', () => peer.status !== undefined);
    return peer;
  }

  /** The status of the HTTP answer. */
  get status(): number | undefined {
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(this.received.toString('latin1', 0, 64)) ?? [];
    return status !== undefined && this.received.includes('\r\n\r\n') ? Number(status) : undefined;
  }

  /** The headers of the HTTP answer. */
  get head(): string {
    return this.received.subarray(0, this.received.indexOf('\r\n\r\n')).toString('latin1');
  }

  send(payload: Uint8Array, options?: FrameOptions): void {
    this.socket.write(frameOf(payload, options));
  }

  /** The close frame among the frames that came, all of which are short or binary. */
  #close(): Omit<Ending, 'at'> {
    let at = this.received.indexOf('\r\n\r\n') + 4;
    while (at >= 4 && at + 2 <= this.received.length) {
      const opcode = this.received[at]! & 15;
      let length = this.received[at + 1]! & 127;
      at += 2;
      if (length === 126) {
        length = this.received.readUInt16BE(at);
        at += 2;
      } else if (length === 127) {
        length = Number(this.received.readBigUInt64BE(at));
        at += 8;
      }
      if (at + length > this.received.length) break;
      if (opcode === 8 && length >= 2) {
        const reason = this.received.toString('utf8', at + 2, at + length);
        return { code: this.received.readUInt16BE(at), reason };
      }
      at += length;
    }
    return { code: undefined, reason: '' };
  }
}
