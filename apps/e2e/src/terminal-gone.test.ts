import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockstep, temporaryFolder } from './testing/processes.ts';

it.each([['0'], ['1']])(
  'with %s workers a run whose output nobody reads any more ends on SIGHUP with a checkpoint',
  async (workers) => {
    const out = join(temporaryFolder(), 'run');
    const place = ['--workers', workers, '--port', '0', '--out', out, '--checkpoint-every', '1000000'];
    const run = lockstep(['train', ...place, '--epochs', '1000', '--format', 'json']);
    await run.line('started');
    const before = readdirSync(out).filter((name) => name.endsWith('.safetensors'));
    run.child.stdout!.destroy();
    run.child.stderr!.destroy();
    run.child.kill('SIGHUP');
    expect(await run.exit).toBe(129);
    const after = readdirSync(out).filter((name) => name.endsWith('.safetensors'));
    expect(after.length).toBeGreaterThan(before.length);
  },
);
