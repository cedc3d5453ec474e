import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import type { Lab } from '../lab/lab.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const SECRET = 's3cret-'.repeat(4);

/** What a worker is sent to: it is given up, with a word, or waited for, with a word. */
interface Wrong {
  readonly what: string;
  readonly url: string;
  readonly says: RegExp;
  readonly isLasting: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

async function portOf(lab: Lab, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lab.onEnd(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(lab: Lab): Promise<number> {
  const server = createServer();
  const port = await portOf(lab, server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server of the web, a coordinator with TLS and one without, and what else listens at ports. */
async function wrongThings(lab: Lab): Promise<readonly Wrong[]> {
  const http = (answer: RequestListener): Promise<number> => portOf(lab, createHttp(answer));
  const answers = (status: number, headers: Record<string, string> = {}): Promise<number> =>
    http((_, response) => response.writeHead(status, headers).end());
  const tcp = (talk: (socket: Socket) => void): Promise<number> =>
    portOf(
      lab,
      createServer((socket) => {
        socket.on('error', () => undefined);
        talk(socket);
      }),
    );
  const texts = createHttp();
  new WebSocketServer({ server: texts }).on('connection', (client) => client.send('hello, browser'));
  const echoes = createHttp();
  new WebSocketServer({ server: echoes }).on('connection', (client) =>
    client.on('message', (data: Buffer) => client.send(data)),
  );
  const secure = lab.lockstep([
    ...['coordinator', '--host', '0.0.0.0', '--port', '0', '--tls', 'self-signed', '--open'],
    ...['--out', path.join(lab.folder, 'secure'), ...lab.smallRun()],
  ]);
  const tlsPort = Number(new URL((await secure.said(/ worker (wss:\S+)/))[1]!).port);
  const plain = lab.lockstep([
    'coordinator',
    '--port',
    '0',
    '--out',
    path.join(lab.folder, 'plain'),
    ...lab.smallRun(),
  ]);
  const plainPort = Number(new URL((await plain.said(/ worker (ws:\S+)/))[1]!).port);
  const trust = { NODE_EXTRA_CA_CERTS: path.join(lab.folder, 'secure', 'certificate.pem') };
  const at = (port: number, rest = ''): string => `ws://127.0.0.1:${port}${rest}`;
  const lasting = (what: string, url: string, says: RegExp, env = {}): Wrong => ({
    what,
    url,
    says,
    env,
    isLasting: true,
  });
  const passing = (what: string, url: string, says: RegExp): Wrong => ({ what, url, says, isLasting: false });
  return [
    lasting(
      'a certificate that nobody signed',
      `wss://127.0.0.1:${tlsPort}`,
      /nobody whom this machine trusts.*NODE_EXTRA_CA_CERTS/,
    ),
    lasting(
      'a name that the certificate lacks',
      `wss://127.0.0.2:${tlsPort}`,
      /stands for other names.*127\.0\.0\.1/,
      trust,
    ),
    lasting('TLS spoken to in plain', at(tlsPort), /speaks TLS: give its address with wss:/),
    lasting(
      'plain spoken to in TLS',
      `wss://127.0.0.1:${plainPort}`,
      /does not speak TLS: give its address with ws:/,
    ),
    lasting('401', at(await answers(401)), /asks for a name and a password \(401\)/),
    lasting(
      '401 in spite of a password',
      `ws://ann:${SECRET}@127.0.0.1:${await answers(401)}`,
      /does not take the name and password/,
    ),
    lasting('403', at(await answers(403)), /refuses this connection \(403\)/),
    lasting('404', at(await answers(404), '/some/path'), /nothing at \/some\/path .*\(404\)/),
    lasting(
      'a redirection',
      at(await answers(301, { Location: 'https://example.org/x' })),
      /give wss:\/\/example\.org\/x as/,
    ),
    lasting('a page', at(await answers(200)), /answers with a page/),
    lasting(
      'no server of the web',
      at(await tcp((socket) => socket.write('220 mail ready\r\n'))),
      /is no web server/,
    ),
    lasting(
      'a WebSocket of others',
      at(await portOf(lab, texts)),
      /does not speak the protocol of this Lockstep/,
    ),
    lasting('an echo', at(await portOf(lab, echoes)), /does not speak the protocol of this Lockstep/),
    passing(
      'a closed port',
      at(await closedPort(lab), `/#token=${SECRET}`),
      /nothing listens at .* \(next try in/,
    ),
    passing('a name that nobody knows', 'ws://no-such-host.invalid:7070', /is not known \(E/),
    passing('502', at(await answers(502)), /a proxy at .* does not reach the coordinator \(502\)/),
    passing('503', at(await answers(503)), /takes no connection now \(503\)/),
    passing(
      'a line that is cut',
      at(await tcp((socket) => socket.destroy())),
      /cut the connection before it answered/,
    ),
  ];
}

const AT_A_TIME = 4;
/** However busy the machine is. */
const PATIENCE_MS = 120_000;

async function visit(lab: Lab, { what, url, says, isLasting, env = {} }: Wrong): Promise<void> {
  const worker = lab.lockstep(['worker', url, '--threads', '1'], { env });
  if (isLasting) {
    await worker.mustExit(4, PATIENCE_MS);
    must(says.test(worker.stderr), `${what}: it said ${worker.tail()}`);
  } else {
    await worker.said(says, PATIENCE_MS);
    must(worker.isRunning, `${what}: it gave up: ${worker.tail()}`);
    worker.kill('SIGTERM');
    await worker.mustExit(0);
  }
  must(!worker.stderr.includes(SECRET), `${what}: a secret was printed`);
}

export const wrongThingsRow: Row = {
  id: 'F51',
  title: 'a worker is sent to what is no coordinator',
  load: 10,
  seconds: 25,
  async run(lab) {
    const cases = await wrongThings(lab);
    // A few at a time: each start of a worker is a second's work.
    for (let first = 0; first < cases.length; first += AT_A_TIME) {
      await Promise.all(cases.slice(first, first + AT_A_TIME).map((wrong) => visit(lab, wrong)));
    }
    const lasting = cases.filter((each) => each.isLasting).length;
    return `${cases.length} wrong things, each with its cause: ${lasting} end after three tries with exit 4, the others wait`;
  },
};
