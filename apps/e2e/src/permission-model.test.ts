import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder } from './testing/processes.ts';

const FLAG = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
const NET = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
const WIDE = [
  '--allow-fs-read=*',
  '--allow-fs-write=*',
  '--allow-child-process',
  '--allow-worker',
  '--allow-addons',
  ...NET,
];

/** `lockstep ARGS` under Node's permission model. */
const confined = (args: readonly string[], allowed: readonly string[] = WIDE) =>
  lockstep(args, { nodeArgs: [FLAG, ...allowed] });

describe("under Node's permission model", () => {
  it.each([
    [['train', '--workers', '0']],
    [['train', '--workers', '2', '--port', '0']],
    [['coordinator', '--port', '0']],
  ])('%j is refused before anything is done, with the reason', async (command) => {
    const out = join(temporaryFolder(), 'run');
    const run = confined([...command, '--max-steps', '10', '--out', out]);
    expect(await run.exit).toBe(1);
    expect(run.stderr).toMatch(/^lockstep: Node's permission model .* refuses fsync, whatever is allowed/m);
    expect(run.stderr).not.toMatch(/unexpected|reading/);
    expect(existsSync(out)).toBe(false);
  });

  it('a worker says what it needs, and works when it has that', async () => {
    const { url, running } = await coordinator(['--max-steps', '30']);
    const without = confined(['worker', url], ['--allow-fs-read=*']);
    expect(await without.exit).toBe(1);
    expect(without.stderr).toMatch(/refuses starting threads.*start it with --allow-worker/);
    const worker = confined(['worker', url], ['--allow-fs-read=*', '--allow-worker', ...NET]);
    await running.finished();
    expect([await worker.exit, worker.stderr]).toEqual([0, expect.stringContaining('the run is over')]);
  });

  it('help and doctor work', async () => {
    for (const args of [['--help'], ['doctor']])
      expect(await confined(args, ['--allow-fs-read=*']).exit).toBe(0);
  });

  it('what is refused elsewhere is told in words', async () => {
    const folder = temporaryFolder();
    const run = confined(
      ['evaluate', join(folder, 'x.safetensors')],
      [`--allow-fs-read=${process.cwd()}/../../*`],
    );
    expect(await run.exit).not.toBe(0);
    expect(run.stderr).not.toContain('unexpected');
  });
});
