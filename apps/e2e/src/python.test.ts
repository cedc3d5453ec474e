import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';
import { NEEDS_PYTHON, pythonExample } from './testing/python.ts';

const STEPS = ['--max-steps', '40'];

describe.skipIf(NEEDS_PYTHON !== '')(`the worker in Python${NEEDS_PYTHON}`, () => {
  it('computes every test vector of docs/vectors', async () => {
    const check = pythonExample('check.py');
    expect(await check.exit, check.stdout + check.stderr).toBe(0);
    expect(check.stdout).toMatch(/^equal +golden: digest$/m);
  });

  it('takes part beside two ordinary workers: the same weights as without any', async () => {
    const { running, url } = await coordinator([
      ...[...STEPS, '--min-workers', '3'],
      ...['--out', join(temporaryFolder(), 'run')],
    ]);
    const python = pythonExample('worker.py', url, '--name', 'python');
    // Slow enough that they do not leave everything to themselves.
    for (const name of ['one', 'two']) lockstep(['worker', url, '--name', name, '--backend', 'reference']);
    const { weightsSha256 } = await running.finished();
    expect(await python.exit, python.stdout + python.stderr).toBe(0);
    expect(python.stdout).toMatch(/^step \d+: accepted$/m);
    expect(python.stdout).not.toMatch(/: (?:invalid|mismatch|not-leased)/);
    expect(python.stdout).toContain(`weights sha256 ${String(weightsSha256)}`);
    expect(weightsSha256).toBe((await trained(...STEPS, '--workers', '0'))['weightsSha256']);
  });

  it('says why it is refused, exit 4', async () => {
    const token = 'a-secret-of-this-test';
    const { url } = await coordinator([...STEPS, '--out', join(temporaryFolder(), 'run')], {
      env: { LOCKSTEP_TOKEN: token },
    });
    const python = pythonExample('worker.py', url);
    expect(await python.exit, python.stderr).toBe(4);
    expect(python.stdout).toMatch(/^refused \(token\): /m);
  });
});
