import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockstep, temporaryFolder, type JsonLine, type Running } from './testing/processes.ts';

const train = (seeds: string, steps: number, ...args: readonly string[]): Running =>
  lockstep(
    ['train', '--workers', '0', '--max-steps', String(steps), '--format', 'json', '--seeds', seeds].concat(
      args,
    ),
  );

/** What became of the run of each seed. */
const digestsOf = ({ runs }: JsonLine): readonly (readonly [seed: number, weightsSha256: string])[] =>
  (runs as readonly { readonly seed: number; readonly weightsSha256: string }[]).map(
    ({ seed, weightsSha256 }) => [seed, weightsSha256],
  );

describe('the runs of several seeds', () => {
  it('go on with --resume auto, those that were begun and those that were not, to the weights of runs that were never interrupted', async () => {
    const folder = temporaryFolder();
    const whole = await train('1,2,3', 20, '--out', join(folder, 'whole')).line('seeds');
    const again = join(folder, 'again');
    expect(await train('1', 20, '--out', again).exit).toBe(0);
    expect(await train('2', 10, '--out', again).exit).toBe(0);
    expect(digestsOf(await train('1,2,3', 20, '--out', again, '--resume', 'auto').line('seeds'))).toEqual(
      digestsOf(whole),
    );
    const refused = train('1,2,3', 20, '--out', again);
    expect(await refused.exit).toBe(2);
    expect(refused.stderr).toMatch(/go on with it by --resume auto/);
  });

  it.each([
    [['--resume', 'auto'], /give --resume auto --out DIR/],
    [['--resume', 'somewhere.safetensors', '--out', 'x'], /give --resume auto --out DIR/],
    [['--seed', '4'], /so --seed says nothing/],
  ])('are refused beside %j', async (args, text) => {
    const running = train('1,2', 10, ...args);
    expect(await running.exit).toBe(2);
    expect(running.stderr).toMatch(text);
  });
});
