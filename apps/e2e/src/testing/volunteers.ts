import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tab } from './browser.ts';
import { coordinator, type JsonLine, type Running } from './processes.ts';

/** The link for volunteers that a coordinator prints. */
export const linkOf = (running: Running): Promise<string> =>
  running.until(({ stderr }) => /open in a browser:\n {2}(http:\S+)\n/.exec(stderr)?.[1]);

/** What the volunteer in that tab is called. */
export const nameIn = async (tab: Tab): Promise<string> =>
  String(await tab.evaluate(`document.getElementById('name').value`));

/** What went wrong in a tab, the tries left out with which it looked for a coordinator that was away. */
export const faults = ({ problems }: Tab): string[] =>
  problems.filter(
    (problem) => !/^failed: http:[^ ]*\/(view)?$|t establish a connection|ERR_CONNECTION/.test(problem),
  );

/** By name, the workers of the run in `folder` whose contributions counted. */
function contributors(folder: string): Set<string> {
  const lines = readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, -1);
  const entries = lines.map((line) => JSON.parse(line) as JsonLine);
  const names = new Map(
    entries.filter(({ name }) => name !== undefined).map(({ worker, name }) => [worker, name]),
  );
  const accepted = entries.filter(({ type, verdict }) => type === 'verdict' && verdict === 'accepted');
  return new Set(accepted.map(({ worker }) => String(names.get(worker))));
}

/** Resolves once contributions of every one of those workers have counted in the run of `folder`. */
export async function haveContributed(folder: string, names: readonly string[]): Promise<void> {
  const patience = { timeout: 100_000, interval: 50 };
  await expect.poll(() => [...contributors(folder)].sort(), patience).toEqual([...names].sort());
}

/**
 * Enough that a run ends when the test stops it, and not before; and enough to compute in a step that every worker shortens it,
 * however slow its engine is: one that does not is given none of it.
 */
export const ENDLESS = ['--epochs', '1000', '--batch-size', '1024', '--hidden', '256'];

/**
 * Stops the run of `folder`, and starts its coordinator again at the address that its workers know, for `steps` more.
 * @returns the run, and how many steps it has in all
 */
export async function stoppedAndResumed(
  { running, url }: { readonly running: Running; readonly url: string },
  { out, workers, steps }: { readonly out: string; readonly workers: number; readonly steps: number },
): Promise<{ readonly resumed: Running; readonly end: readonly string[]; readonly stepCount: number }> {
  running.child.kill('SIGINT');
  await running.exit;
  const stepCount = Number(running.lines.find(({ type }) => type === 'stopped')?.['step']) + steps;
  const end = [...ENDLESS, '--max-steps', String(stepCount)];
  const { running: resumed } = await coordinator([
    ...end,
    ...['--min-workers', String(workers), '--out', out, '--resume', 'auto', '--port', new URL(url).port],
  ]);
  return { resumed, end, stepCount };
}
