import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';

const STEPS = ['--max-steps', '120'];
const ODD = [
  '--batch-size',
  '60',
  '--leaf-rows',
  '7',
  '--hidden',
  '33,17',
  '--output',
  'sigmoid',
  '--max-steps',
  '60',
];

describe('the same run', () => {
  it('gives the same weights, test loss and accuracy with 0, 1, 2, 3 and 5 workers, and on the reference', async () => {
    const alone = await trained(...STEPS, '--workers', '0');
    expect(alone).toMatchObject({
      step: 120,
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    for (const workers of ['1', '2', '3', '5']) {
      const { weightsSha256, testLoss, testAccuracy } = await trained(...STEPS, '--workers', workers);
      expect({ workers, weightsSha256, testLoss, testAccuracy }).toEqual({
        workers,
        weightsSha256: alone['weightsSha256'],
        testLoss: alone['testLoss'],
        testAccuracy: alone['testAccuracy'],
      });
    }
    const reference = await trained(...STEPS, '--workers', '0', '--backend', 'reference');
    expect(reference['weightsSha256']).toBe(alone['weightsSha256']);
  });

  it('gives the same weights for an odd network, batch and leaf', async () => {
    const alone = await trained(...ODD, '--workers', '0');
    for (const workers of ['2', '3']) {
      expect((await trained(...ODD, '--workers', workers))['weightsSha256']).toBe(alone['weightsSha256']);
    }
  });

  it('gives the same weights when a worker is killed mid-run and another joins late', async () => {
    const args = ['--max-steps', '400', '--checkpoint-every', '50', '--out', join(temporaryFolder(), 'run')];
    const { running, url } = await coordinator([...args, '--min-workers', '2']);
    const first = lockstep(['worker', url, '--name', 'first']);
    lockstep(['worker', url, '--name', 'second']);
    await running.line('checkpoint', ({ step }) => step === 100);
    first.child.kill('SIGKILL');
    await running.line('worker-left', ({ worker }) => worker === 'first');
    const late = lockstep(['worker', url, '--name', 'late']);
    await running.line('worker-joined', ({ worker }) => worker === 'late');
    const { weightsSha256 } = await running.finished();
    expect(await late.exit).toBe(0);
    expect(weightsSha256).toBe((await trained('--max-steps', '400', '--workers', '0'))['weightsSha256']);
  });

  it('gives the same weights when it is interrupted and resumed', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['train', '--format', 'json', '--port', '0', '--max-steps', '600', '--out', out];
    const interrupted = lockstep([...args, '--checkpoint-every', '100']);
    await interrupted.line('checkpoint', ({ step }) => step === 200);
    interrupted.child.kill('SIGINT');
    expect(await interrupted.exit).toBe(130);
    const stopped = interrupted.lines.at(-1)!;
    expect(stopped).toMatchObject({ type: 'stopped', reason: 'SIGINT' });
    expect(stopped['step']).toBeLessThan(600);
    const resumed = lockstep([...args, '--resume', 'auto']);
    const { weightsSha256 } = await resumed.finished();
    expect(resumed.lines[0]).toMatchObject({ type: 'started', step: stopped['step'] });
    expect(weightsSha256).toBe((await trained('--max-steps', '600', '--workers', '0'))['weightsSha256']);
  });

  it('gives the same weights with a rate of its own for each step, and with an end that moved meanwhile', async () => {
    const schedule = ['--schedule', '{"type": "cosine", "steps": 150, "to": 0.1, "warmUp": {"steps": 20}}'];
    const whole = await trained(...schedule, '--max-steps', '120', '--workers', '0');
    expect(whole['weightsSha256']).not.toBe((await trained(...STEPS, '--workers', '0'))['weightsSha256']);
    const folder = ['--out', join(temporaryFolder(), 'run')];
    await trained(...schedule, ...folder, '--max-steps', '70', '--workers', '3');
    const longer = await trained(...folder, '--max-steps', '120', '--workers', '2', '--resume', 'auto');
    expect(longer['weightsSha256']).toBe(whole['weightsSha256']);
  });

  it('gives the same weights when the coordinator is killed and started again, and its workers return by themselves', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['--max-steps', '500', '--checkpoint-every', '50', '--out', out];
    const first = await coordinator(args);
    const port = new URL(first.url).port;
    const workers = ['one', 'two'].map((name) => lockstep(['worker', first.url, '--name', name]));
    await first.running.line('checkpoint', ({ step }) => step === 150);
    first.running.child.kill('SIGKILL');
    await first.running.exit;
    const second = lockstep(['coordinator', '--format', 'json', ...args, '--port', port, '--resume', 'auto']);
    const { weightsSha256 } = await second.finished();
    expect(second.lines[0]!['step']).toBeGreaterThanOrEqual(100);
    expect(await Promise.all(workers.map((worker) => worker.exit))).toEqual([0, 0]);
    expect(weightsSha256).toBe((await trained('--max-steps', '500', '--workers', '0'))['weightsSha256']);
  });

  it('diverges at the same step for every number of workers, and keeps the last finite weights', async () => {
    const steps: unknown[] = [];
    for (const workers of ['0', '2', '3']) {
      const out = join(temporaryFolder(), 'run');
      const run = lockstep([
        'train',
        '--format',
        'json',
        '--port',
        '0',
        '--lr',
        '1e30',
        '--workers',
        workers,
        '--out',
        out,
      ]);
      expect(await run.exit).toBe(5);
      expect(run.stderr).toMatch(/diverged at step \d+: .* start again with a smaller --lr/);
      const { step, checkpoint } = run.lines.at(-1)!;
      steps.push(step);
      const evaluated = lockstep(['evaluate', String(checkpoint), '--format', 'json']);
      expect(await evaluated.exit).toBe(0);
    }
    expect(new Set(steps).size).toBe(1);
  });
});
