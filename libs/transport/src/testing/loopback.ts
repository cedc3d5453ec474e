import { WebSocket, WebSocketServer } from 'ws';
import { openChannel } from '../open-channel.ts';
import { webSocketChannel } from '../web-socket-channel.ts';
import type { ChannelPair } from './describe-channel.ts';

/** A server on a free port of the loopback interface, and its URL. */
export async function startServer(): Promise<{ readonly server: WebSocketServer; readonly url: string }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { server, url: `ws://127.0.0.1:${address.port}/` };
}

/** Ends the server and whatever is connected to it. */
export async function stopServer(server: WebSocketServer): Promise<void> {
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
}

/** A channel through real sockets; `left` is the client's end. */
export async function loopbackPair(): Promise<ChannelPair> {
  const { server, url } = await startServer();
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  const right = accepted.then(webSocketChannel);
  const left = await openChannel(new WebSocket(url, { perMessageDeflate: false }));
  return { left, right: await right, dispose: () => stopServer(server) };
}
