import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeAnswer, findCause } from './find-cause.ts';

const PLACE = 'https://train.example.org/lockstep/';

describe('why no WebSocket opens', () => {
  it.each([
    [
      426,
      'upgrade',
      /^If a proxy is in front of the coordinator, it does not pass WebSockets on: docs\/proxies\.md/,
    ],
    [426, null, /does not pass WebSockets on/],
    [429, 'guesses', /^Too many wrong tokens came from this address/],
    [429, 'handshakes', /^Too many connections came from this address/],
    [429, 'requests', /^Too many connections came from this address/],
    [503, 'connections', /^As many connections are open as the coordinator takes/],
    [503, null, /finds no coordinator \(503\)/],
    [429, null, /Something else answers/],
    [403, 'foreign', /started with --public-url https:\/\/train\.example\.org\/lockstep\/$/],
    [502, null, /finds no coordinator \(502\)/],
    [504, null, /finds no coordinator \(504\)/],
    [404, null, /Something else answers at https:\/\/train\.example\.org\/lockstep\/view \(404\)/],
    [403, null, /Something else answers/],
    [200, null, /Something else answers/],
  ])('is told from %i (%s)', (status, answer, text) =>
    expect(describeAnswer(status, answer, PLACE)).toMatch(text),
  );

  it('is asked at the place of the page, with its origin', async () => {
    const fetched = vi.fn((_url: URL, _init: RequestInit) =>
      Promise.resolve(new Response(null, { status: 403, headers: { 'Lockstep-Answer': 'foreign' } })),
    );
    vi.stubGlobal('fetch', fetched);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await findCause(PLACE)).toContain(`--public-url ${PLACE}`);
    expect(String(fetched.mock.calls[0]![0])).toBe(`${PLACE}view`);
    expect(fetched.mock.calls[0]![1].headers).toEqual({
      'Lockstep-Page-Origin': 'https://train.example.org',
    });
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    expect(await findCause(PLACE)).toBe('No coordinator answers.');
  });
});
