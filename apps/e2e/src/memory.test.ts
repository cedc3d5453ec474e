import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { lockstep, temporaryFolder } from './testing/processes.ts';

const MIB = 1024 * 1024;
const groups: string[] = [];

/** A control group of `bytes`. @returns undefined where none can be made */
function limitedGroup(bytes: number): string | undefined {
  for (const [parent, file] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const) {
    const group = join(parent, `lockstep-test-${process.pid}-${groups.length}`);
    try {
      mkdirSync(group);
      groups.push(group);
      if (!existsSync(join(group, file))) continue;
      writeFileSync(join(group, file), String(bytes));
      return group;
    } catch {
      continue;
    }
  }
  return undefined;
}

const small = limitedGroup(128 * MIB);
afterAll(async () => {
  for (const group of groups) {
    await vi.waitUntil(() => readFileSync(join(group, 'cgroup.procs'), 'utf8') === '', { timeout: 20_000 });
    rmdirSync(group);
  }
});

const needs = small === undefined ? ' [skipped: no control group of memory can be made: run it as root]' : '';

describe.skipIf(small === undefined)(`in a control group that limits memory${needs}`, () => {
  /** `lockstep`, started within `group`. */
  const within = (group: string, args: readonly string[]) =>
    lockstep(args, { within: ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$0" "$@"`] });

  it('a run that lacks memory says so before it trains, with 128 MB', async () => {
    const out = join(temporaryFolder(), 'run');
    const run = within(small!, ['train', '--workers', '2', '--port', '0', '--max-steps', '30', '--out', out]);
    await run.until(({ stderr }) =>
      /memory is limited to 135 MB .*needs about \d+ MB.*Give its container/.test(stderr),
    );
    run.child.kill('SIGKILL');
    await run.exit;
  });

  it('one process trains in 128 MB', async () => {
    const out = join(temporaryFolder(), 'run');
    const run = within(small!, ['train', '--workers', '0', '--max-steps', '30', '--out', out]);
    expect(await run.exit).toBe(0);
  });
});
