import { createHash } from 'node:crypto';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressOf } from './address.ts';
import { connect } from './connect.ts';
import { ConnectFailure } from './connect-failure.ts';
import { failureOfAnswer } from './failure-of-answer.ts';
import { failureOfError, type SocketError } from './failure-of-error.ts';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const answering = (answer: RequestListener): Promise<number> => listening(createHttp(answer));

const talking = (talk: (socket: Socket) => void): Promise<number> =>
  listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      talk(socket);
    }),
  );

async function failureAt(url: string): Promise<ConnectFailure> {
  const failure: unknown = await connect(addressOf(url)).then(
    () => 'connected',
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ConnectFailure);
  return failure as ConnectFailure;
}

describe('a worker that is connected', () => {
  it('hears a message that comes in one piece with the answer to its request', async () => {
    const port = await talking((socket) =>
      socket.once('data', (request: Buffer) => {
        const key = /Sec-WebSocket-Key: (\S+)/i.exec(request.toString())![1]!;
        const accept = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64');
        const head =
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`;
        // A binary message of three bytes.
        socket.write(Buffer.concat([Buffer.from(head), Buffer.from([0x82, 3, 1, 2, 3])]));
      }),
    );
    const channel = await connect(addressOf(`ws://127.0.0.1:${port}`));
    const frame = await new Promise<Uint8Array>((resolve) => channel.onFrame(resolve));
    expect([...frame]).toEqual([1, 2, 3]);
    channel.close(1000, '');
  });
});

describe('a worker on its way to what is no coordinator', () => {
  it.each([
    [200, {}, 'answer', /answers with a page and not with a WebSocket \(200\)/],
    [
      301,
      { location: 'https://u:pw@example.org/lockstep/?k=1#f' },
      'answer',
      /give wss:\/\/example\.org\/lockstep\/ as/,
    ],
    [
      308,
      { location: '/elsewhere' },
      'answer',
      /sends everybody elsewhere \(308\): give ws:\/\/127\.0\.0\.1:\d+\/elsewhere/,
    ],
    [302, {}, 'answer', /give the place that it names/],
    [400, {}, 'answer', /takes no WebSocket \(400: said so\)/],
    [401, {}, 'answer', /asks for a name and a password \(401\)/],
    [403, {}, 'answer', /refuses this connection \(403: said so\): .*--public-url/],
    [404, {}, 'answer', /there is nothing at \/some\/path of 127\.0\.0\.1:\d+ \(404\)/],
    [426, {}, 'answer', /\(426: said so\): a proxy on the way has to pass Upgrade on/],
    [429, {}, 'busy', /asked too often \(429: said so\)/],
    [500, {}, 'busy', /has failed \(500: said so\)/],
    [502, {}, 'busy', /a proxy at .* does not reach the coordinator \(502\)/],
    [503, {}, 'busy', /takes no connection now \(503: said so\)/],
    [504, {}, 'busy', /does not reach the coordinator \(504\)/],
  ] as const)('is told what %i means', async (status, headers, kind, words) => {
    const port = await answering((_, response) =>
      response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end('said so\u001b[2J\n'),
    );
    const failure = await failureAt(`ws://127.0.0.1:${port}/some/path?key=secret`);
    expect(failure.message).toMatch(words);
    expect(failure.message).not.toMatch(/secret|pw|\u001b/);
    expect([failure.kind, failure.isLasting]).toEqual([kind, kind === 'answer']);
  });

  it('shows a proxy the name and password of its address, and says when they are not taken', async () => {
    const seen: unknown[] = [];
    const port = await answering((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const failure = await failureAt(`ws://ann:pass-word@127.0.0.1:${port}`);
    expect(seen).toEqual([`Basic ${Buffer.from('ann:pass-word').toString('base64')}`]);
    expect(failure.message).toMatch(/does not take the name and password/);
    expect(failure.message).not.toMatch(/ann|pass-word/);
  });

  it('does not wait for the end of an answer that has none', async () => {
    const port = await answering((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain' }).write('a'.repeat(5000)),
    );
    expect((await failureAt(`ws://127.0.0.1:${port}`)).message).toMatch(/answers with a page/);
  });

  it('is told of a port that nothing listens at', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureAt(`ws://127.0.0.1:${port}`);
    expect([failure.kind, failure.isLasting]).toEqual(['closed-port', false]);
    expect(failure.message).toBe(
      `nothing listens at 127.0.0.1:${port}: is the coordinator running, and is this its port?`,
    );
  });

  it('is told of a name that nobody knows', async () => {
    const failure = await failureAt('ws://no-such-host.invalid:7070');
    expect([failure.kind, failure.isLasting]).toEqual(['unknown-name', false]);
    expect(failure.message).toMatch(/the name in no-such-host\.invalid:7070 is not known \(E/);
  });

  it('is told of a server that is none of the web', async () => {
    const port = await talking((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    const failure = await failureAt(`ws://127.0.0.1:${port}`);
    expect([failure.kind, failure.isLasting]).toEqual(['answer', true]);
    expect(failure.message).toMatch(/is no web server/);
  });

  it('waits where the line is cut before an answer', async () => {
    const port = await talking((socket) => socket.destroy());
    const failure = await failureAt(`ws://127.0.0.1:${port}`);
    expect([failure.kind, failure.isLasting]).toEqual(['cut', false]);
  });

  it('is told that a port does not speak TLS, also where that only hangs up', async () => {
    const port = await answering((_, response) => response.end('a page'));
    const plain = await failureAt(`wss://127.0.0.1:${port}`);
    expect([plain.kind, plain.isLasting]).toEqual(['scheme', true]);
    expect(plain.message).toMatch(/does not speak TLS: give its address with ws:\/\//);
    const curt = await talking((socket) =>
      socket.once('data', (bytes: Buffer) => {
        if (bytes[0] === 0x16) socket.destroy();
        else socket.end('HTTP/1.1 204 Nothing\r\n\r\n');
      }),
    );
    expect((await failureAt(`wss://127.0.0.1:${curt}`)).kind).toBe('scheme');
  });

  it('is told of a WebSocket that is none', async () => {
    const port = await talking((socket) =>
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
        ),
      ),
    );
    expect((await failureAt(`ws://127.0.0.1:${port}`)).message).toMatch(/speaks no WebSocket/);
  });
});

describe('what an error of a socket means', () => {
  const error = (code: string, message = code): SocketError => Object.assign(new Error(message), { code });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate', /NODE_EXTRA_CA_CERTS=FILE/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate', /NODE_EXTRA_CA_CERTS=FILE/],
    ['CERT_HAS_EXPIRED', 'certificate', /expired: renew it, or set the clock/],
    ['CERT_NOT_YET_VALID', 'certificate', /not valid yet/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate', /stands for other names \(none\)/],
    ['CERT_REVOKED', 'certificate', /is not taken/],
    ['EAI_AGAIN', 'unknown-name', /not known \(EAI_AGAIN\)/],
    ['EHOSTUNREACH', 'unreachable', /no way from this machine/],
    ['ETIMEDOUT', 'time-out', /does not answer/],
  ])('%s: a cause and a remedy', (code, kind, words) => {
    const failure = failureOfError(error(code), 'h:1');
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(words);
    expect(failure.isLasting).toBe(kind === 'certificate');
  });

  it("keeps OpenSSL's words alone of what it says", () => {
    const text =
      'write EPROTO 80:error:0A000410:SSL routines:ssl3_read_bytes:handshake failure:../deps/x.c:1605:';
    expect(failureOfError(error('EPROTO', text), 'h:1').message).toBe(
      'h:1 and this machine find no way to speak TLS: handshake failure',
    );
  });

  it('says of a handshake that takes too long that nobody answers', () => {
    expect(failureOfError(new Error('Opening handshake has timed out'), 'h:1').kind).toBe('time-out');
  });

  it('knows every status', () => {
    for (let status = 200; status < 600; status++) {
      const failure = failureOfAnswer(
        { status, location: undefined, text: '' },
        { host: 'h:1', path: '/', hasCredentials: false },
      );
      expect(failure.message).toContain(String(status));
    }
  });
});
