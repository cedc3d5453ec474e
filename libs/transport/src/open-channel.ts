import type { Channel } from './channel.ts';
import type { ReceivedMemory } from './received-memory.ts';
import { TransportError } from './transport-error.ts';
import { webSocketChannel } from './web-socket-channel.ts';
import { OPEN, type WebSocketLike } from './web-socket-like.ts';

/**
 * The channel over a socket that was just made, once it is open. No frame is lost in between.
 * @param memory as in `webSocketChannel`
 * @throws {TransportError} unreachable, when the socket closes first
 */
export function openChannel(socket: WebSocketLike, memory?: ReceivedMemory): Promise<Channel> {
  const channel = webSocketChannel(socket, memory);
  if (socket.readyState === OPEN) return Promise.resolve(channel);
  return new Promise((resolve, reject) => {
    let cause: unknown;
    socket.addEventListener('open', () => resolve(channel));
    socket.addEventListener('error', (event) => (cause = 'error' in event ? event.error : undefined));
    channel.onClose(({ code }) => {
      const detail = cause instanceof Error ? cause.message : `closed with ${code}`;
      const where = socket.url ?? 'the coordinator';
      reject(
        new TransportError('unreachable', `cannot connect to ${where} (${detail}); is a coordinator there?`, {
          cause,
        }),
      );
    });
  });
}
