import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { permissionFault, type PermissionFacts } from './permissions.ts';

const facts = (allowed: readonly string[], more: Partial<PermissionFacts> = {}): PermissionFacts => ({
  has: (scope) => allowed.includes(scope),
  canFsync: false,
  asksForNet: false,
  ...more,
});

describe("Node's permission model", () => {
  it('is named where it refuses fsync, whatever is allowed', () => {
    const fault = permissionFault('train', ['fsync', 'child'], facts(['child', 'worker']));
    expect(fault).toMatch(/^Node's permission model .*refuses fsync.*start train without --permission/);
  });

  it('is told what to allow where that is enough', () => {
    expect(permissionFault('worker', ['worker', 'net'], facts([]))).toMatch(
      /refuses starting threads, which worker needs: start it with --allow-worker too/,
    );
    expect(permissionFault('worker', ['worker', 'net'], facts([], { asksForNet: true }))).toContain(
      '--allow-worker --allow-net',
    );
  });

  it('is not spoken of where it allows enough, or is off', () => {
    expect(permissionFault('worker', ['worker', 'net'], facts(['worker']))).toBeUndefined();
    expect(permissionFault('train', ['fsync'], facts([], { canFsync: true }))).toBeUndefined();
    expect(permissionFault('train', ['fsync', 'child', 'worker', 'net'])).toBeUndefined();
  });

  it('still refuses fsync in this Node, before it looks at the descriptor', () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const code = "try { require('fs').fsyncSync(2 ** 31 - 1) } catch (error) { console.log(error.code) }";
    const { stdout } = spawnSync(process.execPath, [
      flag,
      '--allow-fs-read=*',
      '--allow-fs-write=*',
      '-e',
      code,
    ]);
    expect(stdout.toString().trim()).toBe('ERR_ACCESS_DENIED');
  });
});
