import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { printInvitation } from './invitation.ts';
import { dashboardLinks, isForThisMachine, joinLinks, nearUrl, placesOf, type Listening } from './links.ts';
import { PublicUrls } from './public/public-urls.ts';
import { tlsOf } from './tls.ts';

const TOKENS = { worker: 'worker-secret', viewer: 'viewer-secret', admin: 'admin-secret' };

function listening(host: string, addresses: readonly string[]): Listening {
  const place = { host, publicUrls: new PublicUrls(addresses) };
  return {
    ...{ ...place, port: 7070, tokens: TOKENS, tls: undefined },
    ...{ places: placesOf(place, 7070, false), isLocal: isForThisMachine(place) },
  };
}

const BEHIND_PROXY = listening('127.0.0.1', [
  'https://train.example.org/lockstep/',
  'http://coordinator:7070/',
]);

describe('the links of a coordinator', () => {
  it('are made of every public address, with its port and path', () => {
    expect(joinLinks(BEHIND_PROXY)).toEqual([
      'https://train.example.org/lockstep/#token=worker-secret',
      'http://coordinator:7070/#token=worker-secret',
    ]);
    expect(dashboardLinks(BEHIND_PROXY)).toEqual({
      admin: [
        'https://train.example.org/lockstep/dashboard#admin=admin-secret',
        'http://coordinator:7070/dashboard#admin=admin-secret',
      ],
      viewer: [
        'https://train.example.org/lockstep/dashboard#token=viewer-secret',
        'http://coordinator:7070/dashboard#token=viewer-secret',
      ],
    });
  });

  it('are printed, a square for each public address', () => {
    let text = '';
    const target = { columns: 80, out: () => undefined, err: (more: string) => void (text += more) };
    printInvitation(target as never, { ...BEHIND_PROXY, launch: { isSupervised: false } });
    expect(text).toMatch(/worker wss:\/\/train\.example\.org\/lockstep\/\n/);
    expect(text).toMatch(/worker ws:\/\/coordinator:7070\n/);
    expect(text.match(/^https?:.*#token=worker-secret$/gm)).toHaveLength(2);
    // What begins every square.
    expect(text.match(/#token=worker-secret\n[█▀▄ ]+\n/g)?.length).toBe(2);
    expect(text).toContain('for those who only watch');
  });

  it('have no square, and say who can use them, where they lead to this machine alone', () => {
    let text = '';
    const target = { columns: 80, out: () => undefined, err: (more: string) => void (text += more) };
    printInvitation(target as never, { ...listening('127.0.0.1', []), launch: { isSupervised: false } });
    expect(text).toContain('on this machine only: start with --host 0.0.0.0 for others');
    expect(text).not.toMatch(/[█▀▄]/);
  });

  it('are made of the addresses of this machine where nobody gave any', () => {
    expect(joinLinks(listening('127.0.0.1', []))).toEqual(['http://127.0.0.1:7070/#token=worker-secret']);
    expect(joinLinks(listening('10.0.0.7', []))).toEqual(['http://10.0.0.7:7070/#token=worker-secret']);
  });

  it('lead workers of this machine here the shortest way, but for a certificate of another name', () => {
    expect(nearUrl(BEHIND_PROXY)).toBe('ws://127.0.0.1:7070');
    expect(nearUrl({ ...BEHIND_PROXY, host: '0.0.0.0' })).toBe('ws://127.0.0.1:7070');
    expect(nearUrl({ ...BEHIND_PROXY, host: '::' })).toBe('ws://[::1]:7070');
    const selfSigned = { file: 'certificate.pem', fingerprint: 'AB:CD' };
    expect(nearUrl({ ...BEHIND_PROXY, tls: selfSigned })).toBe('wss://127.0.0.1:7070');
    expect(nearUrl({ ...BEHIND_PROXY, tls: { file: 'given.pem' } })).toBe(
      'wss://train.example.org/lockstep/',
    );
  });
});

describe('a coordinator on loopback', () => {
  it.each([
    [[], true],
    [['http://localhost:8080/lockstep/', 'http://[::1]/'], true],
    [['http://localhost:8080/', 'https://train.example.org/'], false],
    [['http://10.0.0.7/'], false],
  ])('that is called by %j is for this machine alone: %s', (addresses, expected) => {
    expect(listening('127.0.0.1', addresses).isLocal).toBe(expected);
  });
});

describe('a self-signed certificate', () => {
  it('names every public address', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const publicUrl = ['https://train.example.org/', 'https://[2001:db8::7]:90/', 'https://münchen.example/'];
    const options = {
      tls: 'self-signed',
      tlsCert: undefined,
      tlsKey: undefined,
      host: '127.0.0.1',
      port: 0,
    } as const;
    const tls = await tlsOf({ ...options, publicUrl }, folder, { kept: undefined, warn: () => undefined });
    const { subjectAltName } = new X509Certificate(tls!.cert);
    for (const name of [
      'DNS:localhost',
      'DNS:train.example.org',
      'IP Address:2001:DB8:0:0:0:0:0:7',
      'DNS:xn--mnchen-3ya.example',
    ]) {
      expect(subjectAltName).toContain(name);
    }
  });
});
