import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from './lab.ts';

/** sha256 of the weights that a single process, without workers, gets from `run` in `steps` steps. Kept for the whole call. */
export async function oracle(lab: Lab, run: readonly string[], steps: number): Promise<string> {
  const args = [...run, '--max-steps', String(steps)];
  const key = createHash('sha256').update(JSON.stringify(args)).digest('hex').slice(0, 16);
  const kept = path.join(lab.shared, `oracle-${key}`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const out = path.join(lab.folder, `oracle-${key}`);
  const quiet = ['--format', 'json', '--checkpoint-every', '0', '--checkpoint-minutes', '0'];
  const alone = lab.lockstep(['train', '--workers', '0', ...quiet, '--out', out, ...args]);
  await alone.mustExit(0, 120_000);
  const sha = String(alone.lines.at(-1)!['weightsSha256']);
  writeFileSync(`${kept}.${process.pid}`, sha);
  renameSync(`${kept}.${process.pid}`, kept);
  return sha;
}
