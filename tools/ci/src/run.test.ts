import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace.mjs';

const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [path.join(workspaceRoot, 'tools/run.mjs'), ...args], { encoding: 'utf8' });

describe('tools/run.mjs', () => {
  it('lists the tools when asked for help', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: node tools/run.mjs <tool>/<entry>');
  });

  it('explains itself on standard error when no tool is named', () => {
    expect(run()).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage:') });
  });

  it.each(['ci/nothing', 'nothing', '../libs/math', 'ci/a/b'])('refuses %s, which is no tool', (name) => {
    expect(run(name)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`There is no tool "${name}"`),
    });
  });
});
