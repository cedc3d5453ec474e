import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How long a second look at a port may take. */
const PATIENCE_MS = 2000;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Whether TLS is spoken there, whatever certificate is shown. Many servers only hang up on those who do not. */
export const speaksTls = ({ host, port }: Place): Promise<boolean> =>
  within(PATIENCE_MS, (resolve) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false }, () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    return () => socket.destroy();
  });

/** Whether HTTP is spoken there without TLS. */
export const speaksHttp = ({ host, port }: Place): Promise<boolean> =>
  within(PATIENCE_MS, (resolve) => {
    const socket = connectPlain({ host, port }, () =>
      socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`),
    );
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1').startsWith('HTTP/')));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    return () => socket.destroy();
  });

/** What `look` finds; false when that takes longer. */
function within(millis: number, look: (resolve: (isSo: boolean) => void) => () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isSo: boolean): void => {
      clearTimeout(timer);
      resolve(isSo);
      end();
    };
    const timer = setTimeout(() => finish(false), millis);
    const end = look(finish);
  });
}
