import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockstep, temporaryFolder, type Running } from './testing/processes.ts';

const train = (steps: number, ...args: readonly string[]): Running =>
  lockstep(['train', '--workers', '0', '--max-steps', String(steps), '--format', 'json', ...args]);

/** The sha256 of the weights at the end of a run that ends well. */
async function digestOf(running: Running): Promise<string> {
  const { weightsSha256 } = await running.line('finished');
  expect(await running.exit).toBe(0);
  return String(weightsSha256);
}

describe('a line with --init and --resume auto, which is given again and again', () => {
  it('begins a run from the weights, then goes on with it, to the weights of one that was never interrupted', async () => {
    const folder = temporaryFolder();
    const [source, once, again] = ['source', 'once', 'again'].map((name) => join(folder, name));
    await digestOf(train(10, '--out', source!));
    const init = ['--init', join(source!, 'final.safetensors'), '--lr', '0.1'];
    const expected = await digestOf(train(20, ...init, '--out', once!));
    const line = [...init, '--resume', 'auto', '--out', again!];
    const first = train(10, ...line);
    await digestOf(first);
    const second = train(20, ...line);
    expect(await digestOf(second)).toBe(expected);
    expect(second.stderr).toMatch(
      /--init .* is for the beginning of a run, and this one goes on from .*again/,
    );
    expect(first.stderr).not.toContain('is for the beginning');
  });

  it.each([
    [['--resume', 'auto'], /leave one of them out, or name the folder of the run by --out/],
    [['--resume', 'somewhere.safetensors', '--out', 'x'], /leave one of them out$/m],
  ])('is refused beside %j, which goes on with a run', async (args, text) => {
    const running = train(10, '--init', 'any.safetensors', ...args);
    expect(await running.exit).toBe(2);
    expect(running.stderr).toMatch(text);
  });
});
