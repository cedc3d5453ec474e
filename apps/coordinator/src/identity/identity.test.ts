import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLoopback } from '../addresses.ts';
import { listen } from '../listen.ts';
import { recallIdentity, type Identity, type IdentitySetup } from './identity.ts';
import { portsOf } from './port-choice.ts';
import { SECRETS_NAME } from './secrets-file.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Start {
  readonly host?: string;
  readonly tls?: 'self-signed' | 'none';
  readonly tlsFiles?: { readonly tlsCert: string; readonly tlsKey: string };
  readonly isHostGiven?: boolean;
  readonly isNew?: boolean;
  readonly isOpen?: boolean;
  readonly given?: IdentitySetup['given'];
  readonly tokenFile?: string;
}

/** What a start in `folder` goes by, and what it warned of. */
async function start(
  folder: string,
  {
    host = '0.0.0.0',
    tls,
    tlsFiles,
    isHostGiven = true,
    isNew = false,
    isOpen = false,
    given = {},
    tokenFile,
  }: Start = {},
): Promise<Identity & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const identity = await recallIdentity({
    ...{ folder, isNew, isOpen, given, tokenFile, isPortGiven: false, isHostGiven },
    options: { host, port: 7070, publicUrl: [], tls, tlsCert: undefined, tlsKey: undefined, ...tlsFiles },
    isLocal: isLoopback(host),
    warn: (text) => warnings.push(text),
  });
  return { ...identity, warnings };
}

const fileIn = (folder: string): string => join(folder, SECRETS_NAME);

describe('the identity of a run', () => {
  it('is that of its earlier starts: tokens and port', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    expect(existsSync(fileIn(folder))).toBe(false);
    await first.keep(4711);
    const second = await start(folder);
    expect(second.tokens).toEqual(first.tokens);
    expect(second.ports).toEqual({ first: 4711, isOfLastStart: true, otherwise: undefined });
    expect(second.warnings).toEqual([]);
  });

  it('is new in another folder, whose checkpoint may be the same', async () => {
    const [one, other] = [await start(temporaryFolder()), await start(temporaryFolder())];
    for (const role of ['worker', 'viewer', 'admin'] as const) {
      expect(one.tokens[role]).toMatch(/^[0-9a-f]{32}$/);
      expect(other.tokens[role]).not.toBe(one.tokens[role]);
    }
  });

  it('lies in a file that nobody else may read, also where one lay that others could', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await first.keep(1);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    chmodSync(fileIn(folder), 0o644);
    const second = await start(folder);
    expect(second.warnings).toEqual([expect.stringMatching(/could read it \(mode 644\).*--new-token/)]);
    await second.keep(1);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    expect((await start(folder)).warnings).toEqual([]);
  });

  it('is what the environment gives before all else, which is never written', async () => {
    const folder = temporaryFolder();
    const made = await start(folder);
    await made.keep(1);
    const given = { worker: 'w'.repeat(20), viewer: 'v'.repeat(20), admin: 'a'.repeat(20) };
    const second = await start(folder, { given });
    expect(second.tokens).toEqual(given);
    await second.keep(1);
    const text = readFileSync(fileIn(folder), 'utf8');
    for (const token of Object.values(given)) expect(text).not.toContain(token);
    expect((await start(folder)).tokens).toEqual(made.tokens);
  });

  it('is another when that is asked for, and stays it', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await first.keep(1);
    const second = await start(folder, { isNew: true });
    expect(second.tokens.worker).not.toBe(first.tokens.worker);
    expect(second.tokens.admin).not.toBe(first.tokens.admin);
    await second.keep(1);
    expect((await start(folder)).tokens).toEqual(second.tokens);
    const { warnings } = await start(folder, { isNew: true, given: { worker: 'w'.repeat(20) } });
    expect(warnings).toEqual([expect.stringContaining('LOCKSTEP_TOKEN sets theirs')]);
  });

  it('keeps the token of workers over a start that asked for none', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await first.keep(1);
    for (const settings of [{ host: '127.0.0.1' }, { isOpen: true }]) {
      const without = await start(folder, settings);
      expect(without.tokens.worker).toBeUndefined();
      await without.keep(1);
    }
    expect((await start(folder)).tokens).toEqual(first.tokens);
  });

  it.each([
    ['is cut short', '{"version": 1, "tok'],
    ['is no record', '[1]'],
    ['is of another version', '{"version": 2, "tokens": {}}'],
    ['has a token that is none', '{"version": 1, "tokens": {"worker": "short"}}'],
    ['has a port that is none', '{"version": 1, "tokens": {}, "port": 70000}'],
  ])('is made anew, aloud, where its file %s', async (_, text) => {
    const folder = temporaryFolder();
    writeFileSync(fileIn(folder), text, { mode: 0o600 });
    const { tokens, warnings } = await start(folder);
    expect(tokens.worker).toMatch(/^[0-9a-f]{32}$/);
    expect(warnings).toEqual([expect.stringMatching(/cannot be used .*no longer work/)]);
  });

  it('is told to workers by a file, where one is named, and goes by what lies there', async () => {
    const [folder, tokenFile] = [temporaryFolder(), join(temporaryFolder(), 'token')];
    const first = await start(folder, { tokenFile });
    expect(existsSync(tokenFile)).toBe(false);
    await first.keep(1);
    expect(readFileSync(tokenFile, 'utf8').trim()).toBe(first.tokens.worker);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    writeFileSync(tokenFile, `${'f'.repeat(20)}\n`);
    const second = await start(folder, { tokenFile });
    expect(second.tokens).toEqual({ ...first.tokens, worker: 'f'.repeat(20) });
    await second.keep(1);
    const third = await start(folder, { tokenFile, isNew: true });
    await third.keep(1);
    expect(third.tokens.worker).not.toBe('f'.repeat(20));
    expect(readFileSync(tokenFile, 'utf8').trim()).toBe(third.tokens.worker);
  });

  it('is not told by a file where nobody needs a token, or where it was given', async () => {
    const [folder, tokenFile] = [temporaryFolder(), join(temporaryFolder(), 'token')];
    for (const settings of [{ isOpen: true }, { given: { worker: 'w'.repeat(20) } }]) {
      await (await start(folder, { tokenFile, ...settings })).keep(1);
      expect(existsSync(tokenFile)).toBe(false);
    }
  });

  it('refuses to start with a file that holds no secret, and to go on where it cannot be told', async () => {
    const [folder, tokenFile] = [temporaryFolder(), join(temporaryFolder(), 'token')];
    writeFileSync(tokenFile, 'short');
    await expect(start(folder, { tokenFile })).rejects.toThrow(/token has 5 characters: use 16 to 128/);
    const { keep } = await start(folder, { tokenFile: join(folder, 'none', 'token') });
    await expect(keep(1)).rejects.toThrow('write-failed');
  });

  it('does not stop a run whose folder takes no file: it ends with the start, which is said', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    rmSync(folder, { recursive: true });
    await first.keep(1);
    expect(first.warnings).toEqual([expect.stringContaining('end with it')]);
    mkdirSync(folder);
  });
});

describe('a certificate made for a run', () => {
  it('outlives a start with its key: the same fingerprint, the file for workers written again', async () => {
    const folder = temporaryFolder();
    const first = await start(folder, { tls: 'self-signed' });
    expect(existsSync(first.tls!.file)).toBe(false);
    await first.keep(1);
    rmSync(first.tls!.file);
    const second = await start(folder, { tls: 'self-signed' });
    expect(second.tls!.fingerprint).toBe(first.tls!.fingerprint);
    await second.keep(1);
    expect(new X509Certificate(readFileSync(second.tls!.file)).fingerprint256).toBe(first.tls!.fingerprint);
  });

  it('is kept over a start without it, and over new tokens', async () => {
    const folder = temporaryFolder();
    const first = await start(folder, { tls: 'self-signed' });
    await first.keep(1);
    for (const settings of [{ tls: 'none' }, { isNew: true }] as const)
      await (await start(folder, settings)).keep(1);
    expect((await start(folder, { tls: 'self-signed' })).tls!.fingerprint).toBe(first.tls!.fingerprint);
  });

  it('is made anew, aloud, where it does not stand for an address that workers use', async () => {
    const folder = temporaryFolder();
    const first = await start(folder, { tls: 'self-signed', host: '127.0.0.1' });
    await first.keep(1);
    const moved = await start(folder, { tls: 'self-signed', host: '10.1.2.3' });
    expect(moved.tls!.fingerprint).not.toBe(first.tls!.fingerprint);
    expect(moved.warnings).toEqual([expect.stringMatching(/does not stand for 10\.1\.2\.3.*fingerprint/)]);
  });
});

describe('TLS of a run', () => {
  it('is that of its last start where nothing is said of it, aloud, until it is none', async () => {
    const folder = temporaryFolder();
    const first = await start(folder, { tls: 'self-signed' });
    await first.keep(1);
    for (let restarts = 0; restarts < 2; restarts++) {
      const again = await start(folder);
      expect(again.tls!.fingerprint).toBe(first.tls!.fingerprint);
      expect(again.warnings).toEqual([
        expect.stringMatching(/as in the last start.*--tls none serves without/),
      ]);
      await again.keep(1);
    }
    const without = await start(folder, { tls: 'none' });
    expect([without.tls, without.warnings]).toEqual([undefined, []]);
    await without.keep(1);
    const later = await start(folder);
    expect([later.tls, later.warnings]).toEqual([undefined, []]);
  });

  it('that a certificate was given for cannot be had again without: the start says so', async () => {
    const folder = temporaryFolder();
    const made = await start(folder, { tls: 'self-signed' });
    await made.keep(1);
    const [tlsCert, tlsKey] = [made.tls!.file, join(folder, 'key.pem')];
    writeFileSync(tlsKey, made.tls!.key);
    const given = await start(folder, { tlsFiles: { tlsCert, tlsKey } });
    expect(given.warnings).toEqual([]);
    await given.keep(1);
    const without = await start(folder);
    expect(without.tls).toBeUndefined();
    expect(without.warnings).toEqual([
      expect.stringMatching(/give --tls-cert and --tls-key again, or --tls none/),
    ]);
    await expect(start(folder, { tls: 'none', tlsFiles: { tlsCert, tlsKey } })).rejects.toThrow(
      /--tls none serves without a certificate: leave/,
    );
  });
});

describe('the address that a run listens on', () => {
  it('is not opened to other machines again by itself, which is said', async () => {
    const folder = temporaryFolder();
    await (await start(folder, { host: '0.0.0.0' })).keep(1);
    const closed = { host: '127.0.0.1', isHostGiven: false };
    const { warnings } = await start(folder, closed);
    expect(warnings).toEqual([expect.stringMatching(/listened on 0\.0\.0\.0.*give --host 0\.0\.0\.0 again/)]);
    const meant = await start(folder, { ...closed, isHostGiven: true });
    expect(meant.warnings).toEqual([]);
    await meant.keep(1);
    expect((await start(folder, closed)).warnings).toEqual([]);
  });
});

describe('the port of a run', () => {
  it.each([
    [
      { given: 7070, isGiven: false, last: undefined },
      { first: 7070, isOfLastStart: false },
    ],
    [
      { given: 7070, isGiven: false, last: 4711 },
      { first: 4711, isOfLastStart: true },
    ],
    [
      { given: 8080, isGiven: true, last: 4711 },
      { first: 8080, isOfLastStart: false },
    ],
    [
      { given: 0, isGiven: true, last: 4711 },
      { first: 4711, isOfLastStart: true, otherwise: 0 },
    ],
    [
      { given: 0, isGiven: true, last: undefined },
      { first: 0, isOfLastStart: false },
    ],
  ])('given %j is %j', (facts, choice) =>
    expect(portsOf(facts)).toEqual({ otherwise: undefined, ...choice }),
  );

  it('is another, aloud, where the last one is taken and any will do; else the start is refused', async () => {
    const warnings: string[] = [];
    const setup = { host: '127.0.0.1', warn: (text: string) => warnings.push(text) };
    const servers = [createServer(), createServer(), createServer()];
    onTestFinished(() => servers.forEach((server) => server.close()));
    const any = { first: 0, isOfLastStart: false, otherwise: undefined };
    const taken = await listen(servers[0]!, { ...setup, ports: any });
    const last = { first: taken, isOfLastStart: true };
    const port = await listen(servers[1]!, { ...setup, ports: { ...last, otherwise: 0 } });
    expect(port).not.toBe(taken);
    expect(warnings).toEqual([
      expect.stringContaining(`port ${taken}, where the last start of this run was`),
    ]);
    await expect(listen(servers[2]!, { ...setup, ports: { ...last, otherwise: undefined } })).rejects.toThrow(
      /where the last start of this run was, is in use: end what listens there, or give --port 0/,
    );
  });
});
