import { resolveOptions, coordinatorOptions, workerConfigOf } from '@lockstep/config';
import { perceptronModel } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { isLoopback, reachableHosts, urlOf } from './addresses.ts';
import { freshRunConfig, resumedRunConfig } from './run-config.ts';
import { smallConfig, smallData } from '@lockstep/shell/testing';
import { isToken, makeToken } from './token.ts';

describe('isToken', () => {
  it('takes the secret and nothing else', () => {
    const secret = makeToken();
    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    expect(isToken(secret, secret)).toBe(true);
    for (const other of [undefined, '', secret.slice(1), `${secret}0`, makeToken()])
      expect(isToken(other, secret)).toBe(false);
  });
});

describe('addresses', () => {
  it.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])('knows %s as loopback', (host) =>
    expect(isLoopback(host)).toBe(true),
  );
  it.each(['0.0.0.0', '::', '192.168.1.2', 'example.org'])('knows that %s is more than loopback', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
  it('names an address others can reach for a coordinator that listens on all', () => {
    expect(reachableHosts('10.0.0.7')).toEqual(['10.0.0.7']);
    for (const host of reachableHosts('0.0.0.0')) expect(host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });
  it('writes IPv6 addresses in brackets', () => {
    expect(urlOf('ws', '::1', 7070)).toBe('ws://[::1]:7070');
    expect(urlOf('http', '127.0.0.1', 80)).toBe('http://127.0.0.1:80');
  });
});

describe('the configuration of a run', () => {
  const saved = smallConfig();
  const data = smallData(saved);
  const given = (values: Record<string, unknown>) =>
    resolveOptions(coordinatorOptions, [{ source: 'flag', where: 'the command line', values }]);

  it('follows from the flags and the dataset', () => {
    const flags = { hidden: '5', batchSize: '10', seed: '4' };
    expect(freshRunConfig(given({ ...flags, epochs: '2' }), data)).toMatchObject({
      model: perceptronModel({ sizes: [6, 5, 3] }),
      batchSize: 10,
      totalSteps: 10,
      seed: 4,
    });
  });

  it.each([
    [{}, 25],
    [{ epochs: '2', maxSteps: '3' }, 3],
    [{ epochs: '2', maxSteps: '300' }, 10],
    [{ maxSteps: '300' }, 300],
  ])('ends, given %j, after %i steps of 5 an epoch', (values, steps) => {
    expect(freshRunConfig(given({ batchSize: '10', ...values }), data).totalSteps).toBe(steps);
    const resumed = resumedRunConfig(saved, given(values), data, 'x').totalSteps;
    expect(resumed).toBe(Object.keys(values).length === 0 ? saved.totalSteps : steps);
  });

  it("is the checkpoint's when a run is resumed, except where it ends", () => {
    expect(resumedRunConfig(saved, given({}), data, 'x')).toEqual(saved);
    expect(resumedRunConfig(saved, given({ lr: '0.1', epochs: '9' }), data, 'x')).toEqual({
      ...saved,
      totalSteps: 45,
    });
  });

  it.each([
    [{ lr: '0.2' }, /a run with lr 0.1, and this one asks for 0.2/],
    [{ leafRows: '4' }, /a run with leafRows 2, and this one asks for 4/],
    [{ output: 'sigmoid' }, /a run with output linear/],
  ])('refuses to resume under %j', (values, text) => {
    expect(() => resumedRunConfig(saved, given(values), data, 'x')).toThrowError(text);
  });

  it('learns, when a run of an earlier version is resumed, what it is judged on', () => {
    const testSha256 = '1'.repeat(64);
    const proven = { ...data, facts: { ...data.facts, dataset: { ...data.facts.dataset, testSha256 } } };
    const resumed = resumedRunConfig(saved, given({}), proven, 'x');
    expect(resumed).toEqual({ ...saved, dataset: { ...saved.dataset, testSha256 } });
    expect(workerConfigOf(resumed)).toEqual(saved);
  });
});
