import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { handshakeLines, plainServer, rawRequest } from '../testing/plain-server.ts';

const PUBLIC = [
  'https://train.example.org/',
  'http://Train-2.example.org:8080/lockstep',
  'http://[2001:db8::7]:90/',
];

/** The status of a worker's handshake. */
const knock = async (port: number, ...headers: readonly string[]): Promise<number> =>
  (await rawRequest(port, handshakeLines('/', headers))).status;

describe('a coordinator with public addresses', () => {
  it.each([
    'train.example.org',
    'TRAIN.Example.ORG',
    'train.example.org.',
    'train.example.org:443',
    'train.example.org.:443',
    // A proxy that sets `Host $host` loses the port; one that forwards to another has that one's.
    'train-2.example.org',
    'train-2.example.org:9999',
    'localhost:7070',
    'LOCALHOST',
    '127.0.0.1:7070',
    '[::1]:7070',
    '[2001:DB8::7]:90',
    '10.1.2.3',
  ])('is called %s', async (host) => {
    const { port } = await plainServer(PUBLIC);
    expect(await knock(port, `Host: ${host}`)).toBe(101);
  });

  it.each([
    'example.org',
    'train.example.org.evil.example',
    'eviltrain.example.org',
    'train.example.org@evil.example',
    '127.0.0.1.evil.example',
  ])('is not called %s', async (host) => {
    const { port } = await plainServer(PUBLIC);
    expect(await knock(port, `Host: ${host}`)).toBeOneOf([400, 403]);
  });

  it.each([
    // The proxy speaks TLS to the page and plain HTTP here, and calls this place by its own name, or as the page did.
    ['https://train.example.org', '127.0.0.1:7070', 101],
    ['https://train.example.org', 'train.example.org', 101],
    ['https://TRAIN.example.org:443', 'train.example.org', 101],
    ['http://train-2.example.org:8080', 'train-2.example.org', 101],
    ['http://[2001:db8::7]:90', '127.0.0.1', 101],
    ['http://127.0.0.1:7070', '127.0.0.1:7070', 101],
    ['http://localhost:7070', 'LOCALHOST:7070', 101],
    ['https://train.example.org:8443', '127.0.0.1:7070', 403],
    ['http://train-2.example.org', '127.0.0.1:7070', 403],
    ['http://train-2.example.org:8081', 'train-2.example.org:8080', 403],
    ['https://evil.example', 'train.example.org', 403],
    ['https://train.example.org.evil.example', 'train.example.org', 403],
    ['http://localhost:8080', 'localhost:7070', 403],
    ['null', '127.0.0.1:7070', 403],
    ['ftp://127.0.0.1:7070', '127.0.0.1:7070', 403],
  ])('answers a page of %s that calls it %s with %i', async (origin, host, status) => {
    const { port } = await plainServer(PUBLIC);
    expect(await knock(port, `Host: ${host}`, `Origin: ${origin}`)).toBe(status);
  });

  it('believes no header of a proxy about names or paths', async () => {
    const { port } = await plainServer(PUBLIC);
    const forged = [
      'X-Forwarded-Host: train.example.org',
      'Forwarded: host=train.example.org',
      'X-Forwarded-Prefix: /view',
    ];
    expect(await knock(port, 'Host: evil.example', ...forged)).toBe(403);
    expect((await rawRequest(port, ['GET / HTTP/1.1', 'Host: localhost', ...forged])).status).toBe(200);
  });

  it('gives what pages load to whoever asks by its name, also with an Origin that it does not know', async () => {
    const { port } = await plainServer();
    // Chromium 156 sends one with module scripts of a page's own site.
    const lines = ['Host: 127.0.0.1', 'Origin: https://train.example.org'];
    for (const path of ['/', '/favicon.svg']) {
      const { status, headers } = await rawRequest(port, [`GET ${path} HTTP/1.1`, ...lines]);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, undefined]);
    }
  });

  it('says what to start it with when it does not know a name', async () => {
    const { port, refusals } = await plainServer();
    const byName = await rawRequest(port, ['GET / HTTP/1.1', 'Host: Train.example.org\x1b[2J:80']);
    expect(byName.status).toBe(400);
    const { status, body } = await rawRequest(port, ['GET / HTTP/1.1', 'Host: train.example.org:80']);
    expect(status).toBe(403);
    expect(body).toContain(
      'this coordinator is not called train.example.org:80; if that is its address, start it with --public-url',
    );
    const page = handshakeLines('/', ['Host: localhost', 'Origin: https://a.example:8443']);
    expect((await rawRequest(port, page)).body).toContain(
      'start it with --public-url https://a.example:8443/',
    );
    expect(refusals.totals()).toEqual({ badRequest: 1, foreign: 2 });
  });
});

describe('a request whose Host is not one line with one name', () => {
  it.each([
    ['two Host lines', ['Host: localhost', 'Host: localhost']],
    ['two Host lines that differ, the good one first', ['Host: localhost', 'hOST: evil.example']],
    ['two Host lines that differ, the good one last', ['Host: evil.example', 'Host: localhost']],
    ['no Host line', []],
    ['an empty one', ['Host:']],
    ['two names in one line', ['Host: localhost, evil.example']],
    ['a path in it', ['Host: localhost/evil']],
  ])('gets 400: %s', async (_what, lines) => {
    const { port, channels } = await plainServer();
    expect((await rawRequest(port, handshakeLines('/', lines))).status).toBe(400);
    expect((await rawRequest(port, handshakeLines('/view', lines))).status).toBe(400);
    expect((await rawRequest(port, ['GET / HTTP/1.1', ...lines])).status).toBe(400);
    expect(channels).toEqual([]);
  });

  it('is judged by its target where that names a host itself', async () => {
    const { port } = await plainServer(PUBLIC);
    const page = await rawRequest(port, [
      'GET http://train.example.org/dashboard HTTP/1.1',
      'Host: elsewhere.example',
    ]);
    expect(page.body).toContain('Lockstep: dashboard');
    const other = await rawRequest(port, [
      'GET http://elsewhere.example/dashboard HTTP/1.1',
      'Host: localhost',
    ]);
    expect(other.status).toBe(403);
  });
});

describe('a path', () => {
  it.each(['/', '/lockstep', '/lockstep/', '//', '/?x=1', '/lockstep/?x=/view'])(
    'leads workers in: %s',
    async (path) => {
      const { port, channels } = await plainServer(PUBLIC);
      expect((await rawRequest(port, handshakeLines(path, ['Host: localhost']))).status).toBe(101);
      await expect.poll(() => channels.length).toBe(1);
    },
  );

  it.each(['/view', '/lockstep/view', '//view'])('leads viewers in: %s', async (path) => {
    const { port, channels } = await plainServer(PUBLIC);
    expect((await rawRequest(port, handshakeLines(path, ['Host: localhost']))).status).toBe(101);
    expect(channels).toEqual([]);
  });

  it.each(['/other/', '/lockstepview', '/Lockstep/view', '/lockstep/lockstep/view', '/lockstep/../view'])(
    'that is none of its own gets 404 with what to do: %s',
    async (path) => {
      const { port, refusals } = await plainServer(PUBLIC);
      const { status, body } = await rawRequest(port, handshakeLines(path, ['Host: localhost']));
      expect(status).toBe(404);
      expect(body).toContain(
        'behind a proxy that keeps a path prefix, start the coordinator with it in --public-url',
      );
      expect(refusals.totals()).toEqual({ notFound: 1 });
    },
  );

  it.each([
    ['/lockstep', './lockstep/'],
    ['/lockstep?a=1', './lockstep/?a=1'],
    ['/dashboard/', '../dashboard'],
    ['/lockstep/dashboard/', '../dashboard'],
  ])('whose slash is missing or too many, %s, leads to %s', async (path, location) => {
    const { port } = await plainServer(PUBLIC);
    const { status, headers } = await rawRequest(port, [`GET ${path} HTTP/1.1`, 'Host: localhost']);
    expect(status).toBe(307);
    expect(headers.get('location')).toBe(location);
  });

  it.each(['/dashboard', '/lockstep/dashboard', '/lockstep/', '//lockstep/dashboard'])(
    'of a page, %s, has addresses of what it loads that are relative, and its policy',
    async (path) => {
      const { port } = await plainServer(PUBLIC);
      const { status, body, headers } = await rawRequest(port, [`GET ${path} HTTP/1.1`, 'Host: localhost']);
      expect(status).toBe(200);
      const loaded = [...body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
      expect(loaded.length).toBeGreaterThan(3);
      expect(loaded.filter((address) => !address!.startsWith('./'))).toEqual([]);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );
});

describe('a handshake', () => {
  it.each(['/', '/view'])('that offers subprotocols at %s is let in without one', async (path) => {
    const { port } = await plainServer();
    const offer = ['Host: localhost', 'Sec-WebSocket-Protocol: chat, graphql-ws'];
    const { status, headers } = await rawRequest(port, handshakeLines(path, offer));
    expect(status).toBe(101);
    expect(headers.has('sec-websocket-protocol')).toBe(false);
    const insisting = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['chat']);
    await expect(new Promise((_, reject) => insisting.once('error', reject))).rejects.toThrow(
      'Server sent no subprotocol',
    );
  });

  it.each(['/', '/view'])('whose Upgrade a proxy took away gets 426 at %s, and is told so', async (path) => {
    const { port } = await plainServer();
    const lines = handshakeLines(path, ['Host: localhost']).filter(
      (line) => !/^(Upgrade|Connection):/.test(line),
    );
    const { status, headers, body } = await rawRequest(port, lines);
    expect([status, headers.get('upgrade'), headers.get('lockstep-answer')]).toEqual([
      426,
      'websocket',
      'upgrade',
    ]);
    expect(body).toContain('a proxy took its Upgrade away');
  });

  it('tells a page, without one, whether its address is known', async () => {
    const { port } = await plainServer(PUBLIC);
    const ask = async (origin: string): Promise<number> =>
      (await rawRequest(port, ['GET /view HTTP/1.1', 'Host: localhost', `Lockstep-Page-Origin: ${origin}`]))
        .status;
    expect(await ask('https://train.example.org')).toBe(426);
    expect(await ask('https://other.example.org')).toBe(403);
  });
});
