import { createServer, type Server } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@lockstep/browsers/testing';
import { afterEach, expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { lockstep, temporaryFolder, type Running } from './testing/processes.ts';
import { freePort, itThrough, Proxy, snippetsOf, type Place } from './testing/proxy.ts';

/** Where pictures of what people see go, for whoever wants to look at them. */
const PICTURES = process.env['LOCKSTEP_TEST_PICTURES'];
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

async function photograph(tab: Tab, name: string): Promise<void> {
  for (const [size, pixels] of Object.entries(SIZES)) {
    await tab.resize(pixels);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await tab.evaluate(overflow)).toBe(0);
    if (PICTURES === undefined) continue;
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `${name}-${size}.png`), await tab.screenshot());
  }
}

/** A coordinator on `port`, called by these addresses. */
async function started(port: number, addresses: readonly string[]): Promise<Running> {
  const names = addresses.flatMap((address) => ['--public-url', address]);
  const out = join(temporaryFolder(), 'run');
  const running = lockstep([
    'coordinator',
    '--format',
    'json',
    '--port',
    String(port),
    '--out',
    out,
    '--open',
    ...names,
  ]);
  await running.until(({ stderr }) => / worker (ws:\S+)/.exec(stderr)?.[1]);
  return running;
}

const places = async (): Promise<Place & { readonly address: string }> => {
  const [coordinator, plain, tls] = await Promise.all([freePort(), freePort(), freePort()]);
  return { coordinator, plain, tls, address: `http://localhost:${plain}/` };
};

const servers: Server[] = [];

/** A server in front of the coordinator that answers what it likes, for what a proxy might. */
async function answering(status: (path: string) => number | undefined, coordinator: number): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const own = status(path);
    if (own !== undefined) return void response.writeHead(own).end('not here\n');
    void fetch(`http://127.0.0.1:${coordinator}${path}`).then(async (answer) => {
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('content-')));
      response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as { readonly port: number }).port}/`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const BODY = 'document.body.innerText';
/** What the dashboard and the volunteer's page say in the end. */
async function bothSay(address: string, text: string): Promise<Tab> {
  const dashboard = await openTab(`${address}dashboard`);
  await dashboard.until(`${BODY}.includes(${JSON.stringify(text)})`).catch(async (error: unknown) => {
    throw new Error(`instead of ${text}: ${String(await dashboard.evaluate(BODY))}`, { cause: error });
  });
  const tab = await openTab(address);
  await tab.press('start');
  await tab.shows('state', text);
  return tab;
}

describeWith(['chromium'], 'a page that cannot work says what is wrong:', () => {
  itThrough('nginx', 'nginx that does not pass WebSockets on; the worker too', async () => {
    const place = await places();
    const [snippet] = snippetsOf('nginx');
    const bare = snippet.replace(/ *proxy_(?:http_version|set_header).*\n/g, '');
    await new Proxy('nginx').start([[bare, place]]);
    await started(place.coordinator, [place.address]);
    const tab = await bothSay(
      place.address,
      'If a proxy is in front of the coordinator, it does not pass WebSockets on',
    );
    await photograph(tab, 'no-upgrade');
    const worker = lockstep(['worker', place.address.replace('http', 'ws')]);
    await worker.until(({ stderr }) => /proxy/.test(stderr));
  });

  itThrough(
    'nginx',
    'nginx as its manual sets it, and no public address; once it is given, all is well',
    async () => {
      const place = await places();
      const [snippet] = snippetsOf('nginx');
      const manual = snippet
        .replace(/ *proxy_set_header Host.*\n/, '')
        .replace('Connection upgrade', 'Connection $connection_upgrade');
      const map = "map $http_upgrade $connection_upgrade {\ndefault upgrade;\n'' close;\n}\n";
      await new Proxy('nginx').start([[manual, place]], map);
      const unknowing = await started(place.coordinator, []);
      const sentence = `it has to be started with --public-url ${place.address}`;
      const tab = await bothSay(place.address, sentence);
      await photograph(tab, 'unknown-address');
      unknowing.child.kill('SIGTERM');
      await unknowing.exit;
      await tab.shows('state', 'A proxy in front finds no coordinator (502).');
      await photograph(tab, 'bad-gateway');
      await started(place.coordinator, [place.address]);
      await tab.shows('state', /Computing|Connected/);
    },
  );

  it('something that has the pages and nothing else', async () => {
    const coordinator = await freePort();
    await started(coordinator, []);
    const address = await answering((path) => (path === '/view' ? 404 : undefined), coordinator);
    await bothSay(address, `Something else answers at ${address}view (404)`);
  });

  it.each(['', 'dashboard'])('what it loads is not there: /%s', async (page) => {
    const coordinator = await freePort();
    await started(coordinator, []);
    for (const isStyled of [true, false]) {
      const isLost = (path: string): boolean =>
        path.startsWith('/assets/') && !(isStyled && path.endsWith('.css'));
      const address = await answering((path) => (isLost(path) ? 404 : undefined), coordinator);
      const tab = await openTab(address + page);
      await tab.until(
        `document.getElementById('unloaded')?.innerText.includes('could not load its program')`,
      );
      await tab.until(`getComputedStyle(document.getElementById('unloaded')).visibility === 'visible'`);
      await photograph(tab, `unloaded-${page || 'join'}-${isStyled ? 'styled' : 'bare'}`);
    }
    // Nobody sees it who is let in.
    const tab = await openTab(`http://127.0.0.1:${coordinator}/${page}`);
    await tab.until(`document.getElementById('unloaded') === null`);
  });
});
