import { describe, expect, it } from 'vitest';
import { commandsOf } from './readme-commands.ts';

const shown = (options: { readonly hasTests: boolean; readonly isOfflineToo: boolean }): string[] =>
  commandsOf(options).map(({ command, isOnline }) => `${isOnline ? '' : 'offline: '}${command}`);

describe('commandsOf', () => {
  it('runs what the README gives', () => {
    expect(shown({ hasTests: true, isOfflineToo: false })).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });

  it('runs each again without a network, when its caches are filled, where that is asked for', () => {
    expect(shown({ hasTests: true, isOfflineToo: true })).toEqual([
      'npm ci && npm start',
      'offline: npm ci --prefer-offline && npm start',
      'npm ci && npm test',
      'offline: npm ci --prefer-offline && npm test -- --skip-nx-cache',
    ]);
    expect(shown({ hasTests: false, isOfflineToo: true })).toHaveLength(2);
  });
});
