import { createServer, Socket, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

/** What messages travel in: a WebSocket as Lockstep uses it, or plain TCP, in which a message is so many bytes. */
export type Transport = 'websocket' | 'tcp';

/** One end of a connection on which every message that arrives has the same, known length. */
export interface Line {
  send(message: Uint8Array): void;
  onMessage(handler: () => void): void;
  onClose(handler: () => void): void;
}

const webSocketLine = (socket: WebSocket): Line => ({
  send: (message) => socket.send(message),
  onMessage: (handler) => void socket.on('message', handler),
  onClose: (handler) => void socket.on('close', handler).on('error', handler),
});

function tcpLine(socket: Socket, bytesIn: number): Line {
  socket.setNoDelay();
  let missing = bytesIn;
  return {
    send: (message) => void socket.write(message),
    onMessage: (handler) =>
      void socket.on('data', ({ length }) => {
        missing -= length;
        if (missing > 0) return;
        missing += bytesIn;
        handler();
      }),
    onClose: (handler) => void socket.on('close', handler).on('error', handler),
  };
}

/** Connects to a server of this machine. @param bytesIn length of the messages that will come */
export async function connect(transport: Transport, port: number, bytesIn: number): Promise<Line> {
  if (transport === 'tcp') {
    const socket = new Socket().connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return tcpLine(socket, bytesIn);
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, {
    perMessageDeflate: false,
    maxPayload: bytesIn,
    // As a worker of Lockstep that is no browser.
    generateMask: (mask) => void mask.fill(0),
  });
  await once(socket, 'open');
  return webSocketLine(socket);
}

/** A server on a free port of this machine. */
export interface Listening {
  readonly port: number;
  /** The next connection. */
  accept(): Promise<Line>;
  close(): void;
}

/** Listens for `connect`. @param bytesIn length of the messages that will come */
export async function listen(transport: Transport, bytesIn: number): Promise<Listening> {
  if (transport === 'tcp') {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      accept: async () => tcpLine(((await once(server, 'connection')) as [Socket])[0], bytesIn),
      close: () => void server.close(),
    };
  }
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    maxPayload: bytesIn,
  });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accept: async () => webSocketLine(((await once(server, 'connection')) as [WebSocket])[0]),
    close: () => server.close(),
  };
}
