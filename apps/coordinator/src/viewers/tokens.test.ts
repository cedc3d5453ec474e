import { describe, expect, it } from 'vitest';
import { chooseTokens, mayWatch } from './tokens.ts';

const choose = (isLoopback: boolean, isOpen = false) => chooseTokens({ isLoopback, isOpen, given: {} });

describe('the tokens of a run', () => {
  it('are made for everybody where others can reach the coordinator', () => {
    const { worker, viewer, admin } = choose(false);
    for (const token of [worker, viewer, admin]) expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set([worker, viewer, admin]).size).toBe(3);
  });

  it('are asked of the administrator alone on this machine', () => {
    expect(choose(true)).toEqual({ worker: undefined, viewer: undefined, admin: expect.any(String) });
  });

  it('are not asked of workers when the run is open', () => {
    expect(choose(false, true)).toMatchObject({ worker: undefined, viewer: expect.any(String) });
  });

  it('are the ones that were given', () => {
    const given = { worker: 'w'.repeat(16), viewer: 'v'.repeat(16), admin: 'a'.repeat(16) };
    expect(chooseTokens({ isLoopback: true, isOpen: true, given })).toEqual(given);
  });

  it('let each into its own part, and the administrator everywhere', () => {
    const tokens = choose(false);
    expect(mayWatch(tokens, 'viewer', tokens.viewer)).toBe(true);
    expect(mayWatch(tokens, 'viewer', tokens.worker)).toBe(false);
    expect(mayWatch(tokens, 'viewer', undefined)).toBe(false);
    expect(mayWatch(tokens, 'volunteer', tokens.worker)).toBe(true);
    expect(mayWatch(tokens, 'admin', tokens.viewer)).toBe(false);
    expect(mayWatch(tokens, 'viewer', tokens.admin)).toBe(true);
    expect(mayWatch(choose(true), 'admin', undefined)).toBe(false);
  });
});
