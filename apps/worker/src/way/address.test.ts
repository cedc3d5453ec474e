import { describe, expect, it } from 'vitest';
import { addressOf } from './address.ts';

const SECRET = 'ab12'.repeat(8);

describe('the address of a coordinator', () => {
  it.each([
    ['ws://127.0.0.1:7070', 'ws://127.0.0.1:7070/', 'ws://127.0.0.1:7070'],
    [
      'wss://train.example.org/lockstep/',
      'wss://train.example.org/lockstep/',
      'wss://train.example.org/lockstep/',
    ],
    ['http://10.0.0.7:7070/', 'ws://10.0.0.7:7070/', 'ws://10.0.0.7:7070'],
    ['https://example.org/a', 'wss://example.org/a', 'wss://example.org/a'],
    ['ws://[::1]:7070', 'ws://[::1]:7070/', 'ws://[::1]:7070'],
    ['ws://h/?key=s3cret', 'ws://h/?key=s3cret', 'ws://h?...'],
  ])('%s is connected to as %s and shown as %s', (text, url, shown) => {
    expect(addressOf(text)).toEqual({ url, shown, token: undefined, authorization: undefined });
  });

  it.each(['ws', 'http'])('of a link (%s) has its token, and shows it to nobody', (scheme) => {
    const address = addressOf(`${scheme}://10.0.0.7:7070/lockstep/#token=${SECRET}`);
    expect(address.token).toBe(SECRET);
    expect(address.url + address.shown).not.toContain(SECRET);
    expect(address.url).toBe('ws://10.0.0.7:7070/lockstep/');
  });

  it('has the characters of a token, escaped by the link or not', () => {
    const token = 'aB9/=-._~:+'.repeat(3);
    for (const written of [token, encodeURIComponent(token)]) {
      expect(addressOf(`http://h/#token=${written}`).token).toBe(token);
    }
  });

  it.each([
    ['ws://ann:pass-word@h:1', 'ann:pass-word'],
    ['wss://a%40b:p%2Fw%3A%25@h/x', 'a@b:p/w:%'],
    ['ws://ann@h', 'ann:'],
    ['ws://ann:100%@h', 'ann:100%'],
  ])('of %s shows a proxy its name and password, and nobody else', (text, credentials) => {
    const { url, shown, authorization } = addressOf(text);
    expect(authorization).toBe(`Basic ${Buffer.from(credentials).toString('base64')}`);
    expect(url + shown).not.toMatch(/ann|pass|@|%/);
  });

  it.each([
    ['127.0.0.1:7070', /give ws:\/\/127\.0\.0\.1:7070$/],
    ['localhost:7070', /give ws:\/\/localhost:7070$/],
    ['train.example.org', /give ws:\/\/train\.example\.org$/],
    ['[::1]:7070', /give ws:\/\/\[::1\]:7070$/],
    ['ftp://h', /give one such as ws/],
    ['', /give one such as ws/],
    ['ws://', /give one such as ws/],
    [`http://h/dashboard#admin=${SECRET}`, /http:\/\/h\/dashboard is the link of a dashboard/],
    [`http://h/dashboard#token=${SECRET}`, /link of a dashboard/],
    [`http://h/#admin=${SECRET}`, /link of a dashboard/],
    [`http://h/#token=${SECRET}%20${SECRET}`, /the token of this link has a blank/],
    ['http://h/#token=ab12', /the token of this link has 4 characters.*paste the whole link/],
  ])('is not %j: it says what to give', (text, words) => {
    expect(() => addressOf(text)).toThrow(words);
  });

  it.each([
    `h:1/#token=${SECRET}`,
    `://u:${SECRET}@h`,
    `ftp://u:${SECRET}@h/?k=${SECRET}#${SECRET}`,
    `ws://u:${SECRET}@h:99999`,
    `u:${SECRET}@h:1`,
    `ws://u:x/${SECRET}@h`,
    `u:x//${SECRET}@h:1`,
    `ftp://u:${SECRET}#x@h`,
    `h:1/#token=x@${SECRET}`,
  ])('repeats no secret of what is none', (text) => {
    let said = '';
    try {
      addressOf(text);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain("is no coordinator's address");
    expect(said).not.toContain(SECRET);
  });
});
