import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { healthOptions, resolveOptions } from '@lockstep/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHealthCommand } from './health-command.ts';

const SECRET = 'ab12'.repeat(8);
const { values } = resolveOptions(healthOptions, []);

/** What is at a port that is no coordinator: it answers with this status. */
let status = 503;
const server = createServer((_request, response) => response.writeHead(status).end('something else'));
const portOf = (): number => (server.address() as AddressInfo).port;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What `lockstep health` says of an address that is none, or at which no coordinator is. */
const failureOf = (address: string): Promise<string> =>
  runHealthCommand(address, values).then(
    () => expect.unreachable('it is well'),
    (error: Error) => error.message,
  );

describe('lockstep health', () => {
  it('says so where TLS is not spoken, and what to give', async () => {
    const place = `127.0.0.1:${portOf()}`;
    expect(await failureOf(`https://${place}/lockstep`)).toBe(
      `${place} does not speak TLS: give http://${place}/lockstep/`,
    );
  });
});

describe('lockstep health repeats no secret', () => {
  it.each([
    [`host:7070/#token=${SECRET}`, 'host:7070/'],
    [`ftp://name:${SECRET}@host/`, 'ftp://host/'],
    [`https://name:x/${SECRET}@host/`, 'https://host/'],
  ])('of %s, which is no address', async (address, shown) => {
    const said = await failureOf(address);
    expect(said).toContain(`${JSON.stringify(shown)} is no coordinator's address`);
    expect(said).not.toContain(SECRET);
  });

  it('of an address at which nothing answers', async () => {
    const said = await failureOf(`http://name:${SECRET}@127.0.0.1:1/?k=${SECRET}#token=${SECRET}`);
    expect(said).toMatch(/^nothing answers at http:\/\/127\.0\.0\.1:1\/healthz \(/);
    expect(said).not.toContain(SECRET);
  });

  it.each([
    [503, 'answers 503: something else'],
    [200, "is no coordinator's"],
  ])('of an address at which something else is, which answers %d', async (answer, words) => {
    status = answer;
    const said = await failureOf(`ws://name:${SECRET}@127.0.0.1:${portOf()}/`);
    expect(said).toContain(`http://127.0.0.1:${portOf()}/healthz ${words}`);
    expect(said).not.toContain(SECRET);
  });
});
