import type { Server, Socket } from 'node:net';

/** Bytes over a server's TCP connections since it began, TLS and headers included. */
export interface ByteCount {
  readonly received: number;
  readonly sent: number;
}

/** Counts what goes over every connection of `server` from here on; the function gives the count so far. */
export function countBytes(server: Server): () => ByteCount {
  const open = new Set<Socket>();
  let received = 0;
  let sent = 0;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    });
  });
  return () => {
    const sockets = [...open];
    return {
      received: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, received),
      sent: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, sent),
    };
  };
}
