import { join } from 'node:path';
import { describeWith } from '@lockstep/browsers/testing';
import { describe, expect } from 'vitest';
import { openTab } from './testing/browser.ts';
import { lockstep, temporaryFolder, trained, type Running } from './testing/processes.ts';
import { freePort, itThrough, Proxy, snippetsOf, type Place, type ProxyName } from './testing/proxy.ts';
import { haveContributed, nameIn } from './testing/volunteers.ts';

const TOKEN = 'a-secret-of-this-test';
const SECRETS = { LOCKSTEP_TOKEN: TOKEN, LOCKSTEP_VIEW_TOKEN: `${TOKEN}-of-viewers` };
/** A run that ends when the test does, and whose steps are long enough that each worker has a part of them. */
const ENDLESS = ['--epochs', '1000', '--batch-size', '1024', '--hidden', '64'];

/** A coordinator with these public addresses and the run in `out`, once it listens on `port`. */
async function behind(
  port: number,
  addresses: readonly string[],
  { out, args = [] }: { readonly out: string; readonly args?: readonly string[] },
): Promise<Running> {
  const names = addresses.flatMap((address) => ['--public-url', address]);
  const running = lockstep(
    ['coordinator', '--format', 'json', '--port', String(port), '--out', out, ...ENDLESS, ...names, ...args],
    { env: SECRETS },
  );
  await running.until(({ stderr }) => / worker (ws:\S+)/.exec(stderr)?.[1]);
  return running;
}

const workerUrl = (address: string): string => address.replace(/^http/, 'ws');

const startWorker = (address: string, name: string, certificate: string): Running =>
  lockstep(['worker', workerUrl(address), '--name', name], {
    env: { LOCKSTEP_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: certificate },
  });

/** Ports for the two snippets, and the addresses that lead to them: at the root and below the path, plain and with TLS. */
async function places(): Promise<{
  readonly root: Place;
  readonly path: Place;
  readonly addresses: readonly string[];
}> {
  const ports = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const [coordinator, plain, tls, plainBelow, tlsBelow] = ports as [number, number, number, number, number];
  return {
    root: { coordinator, plain, tls },
    path: { coordinator, plain: plainBelow, tls: tlsBelow },
    addresses: [
      `http://localhost:${plain}/`,
      `https://localhost:${tls}/`,
      `http://localhost:${plainBelow}/lockstep/`,
      `https://localhost:${tlsBelow}/lockstep/`,
    ],
  };
}

const NAMES: readonly ProxyName[] = ['nginx', 'caddy', 'haproxy'];

describeWith(['chromium'], 'through a proxy as docs/proxies.md sets it', () => {
  for (const name of NAMES)
    itThrough(
      name,
      `a tab, a dashboard and a worker take part: ${name}, at a name and below a path, with TLS and without`,
      async () => {
        const { root, path, addresses } = await places();
        const [snippet, snippetBelow] = snippetsOf(name);
        const proxy = new Proxy(name);
        await proxy.start([
          [snippet, root],
          [snippetBelow, path],
        ]);
        const out = join(temporaryFolder(), 'run');
        const running = await behind(root.coordinator, addresses, { out });
        const helpers: string[] = [];
        for (const [index, address] of addresses.entries()) {
          expect(running.stderr).toContain(`${address}#token=`);
          const tab = await openTab(`${address}#token=${TOKEN}`);
          await tab.press('start');
          helpers.push(await nameIn(tab));
          await haveContributed(out, helpers);
          await tab.shows('share', 'of the run');
          expect(tab.problems).toEqual([]);
          await tab.close();
          const worker = startWorker(address, `process-${index}`, proxy.certificate.cert);
          helpers.push(`process-${index}`);
          await haveContributed(out, helpers);
          const dashboard = await openTab(`${address}dashboard#token=${SECRETS.LOCKSTEP_VIEW_TOKEN}`);
          await dashboard.until(`document.body.innerText.includes('training')`);
          expect(dashboard.problems).toEqual([]);
          await dashboard.close();
          worker.child.kill('SIGTERM');
          expect(await worker.exit).toBe(0);
        }
        // Of an address that lacks its slash nobody is left with a page without what it loads.
        const lacking = addresses[3]!.replace(/\/$/, '');
        const tab = await openTab(`${lacking}#token=${TOKEN}`);
        await tab.until(
          'document.body.dataset.mode === "idle" && !document.getElementById("start").disabled',
        );
        expect(await tab.evaluate('location.pathname')).toBe('/lockstep/');
      },
    );
});

describe('through a proxy', () => {
  for (const name of NAMES)
    itThrough(
      name,
      `workers keep an idle connection, come back when ${name} takes a configuration, dies or leads nowhere for a while, and give the bits of one process`,
      async () => {
        const { root, addresses } = await places();
        const [snippet] = snippetsOf(name);
        const proxy = new Proxy(name);
        // Less patient than any proxy is by default, so that the test need not be patient either.
        const impatient = snippet
          .replace('proxy_pass', 'proxy_read_timeout 2s;\n    proxy_send_timeout 2s;\n    proxy_pass')
          .replace(/timeout (client|server|tunnel) \w+/g, 'timeout $1 2s');
        const snippets = [[impatient, root]] as const;
        await proxy.start(snippets);
        const [out, names] = [join(temporaryFolder(), 'run'), addresses.slice(0, 2)];
        const running = await behind(root.coordinator, names, { out, args: ['--min-workers', '2'] });
        const entered = (count: number) => (): boolean =>
          running.lines.filter(({ type }) => type === 'worker-joined').length >= count;
        startWorker(addresses[1]!, 'first', proxy.certificate.cert);
        await running.until(entered(1));
        await new Promise((resolve) => setTimeout(resolve, 6000));
        expect(running.lines.filter(({ type }) => type === 'worker-left')).toEqual([]);
        startWorker(addresses[0]!, 'second', proxy.certificate.cert);
        await haveContributed(out, ['first', 'second']);
        proxy.reload();
        // Caddy closes what it carries; the others keep it.
        if (name === 'caddy') await running.until(entered(4));
        await proxy.kill();
        await proxy.start(snippets);
        const before = running.lines.filter(({ type }) => type === 'epoch').length;
        await running.until(({ lines }) => lines.filter(({ type }) => type === 'worker-left').length >= 2);
        await running.until(({ lines }) => lines.filter(({ type }) => type === 'epoch').length > before + 1);
        running.child.kill('SIGTERM');
        expect(await running.exit).toBe(143);
        const steps = String(Number(running.lines.at(-1)!['step']) + 100);
        const resumed = await behind(root.coordinator, names, {
          out,
          args: ['--min-workers', '2', '--resume', 'auto', '--max-steps', steps, '--linger', '0'],
        });
        const { weightsSha256 } = await resumed.finished();
        const alone = await trained('--workers', '0', ...ENDLESS, '--max-steps', steps);
        expect(weightsSha256).toBe(alone['weightsSha256']);
      },
    );
});
