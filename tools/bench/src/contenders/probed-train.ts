import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { benchFolder } from '../paths.ts';
import { readRecord, type ThreadRecord } from '../probe/reading.ts';
import type { Finished } from '../train-output.ts';
import { inTemporaryFolder, trainOnce } from './train-process.ts';

/** What the probe writes down. */
export type ProbeKind = 'usage' | 'allocations' | 'cpu-profile' | 'heap-profile';

/** The environment that puts the probe into every process of Lockstep started with it. @param folder what it writes into */
export const probeEnvironment = (kind: ProbeKind, folder: string): NodeJS.ProcessEnv => ({
  BENCH_PROBE: kind,
  BENCH_PROBE_FOLDER: folder,
  NODE_OPTIONS: `--import=${pathToFileURL(path.join(benchFolder, 'probe/probe.mjs')).href}`,
});

/** What was written down there by every thread. */
export async function readRecords(folder: string): Promise<readonly ThreadRecord[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ndjson'));
  return Promise.all(files.map(async (file) => readRecord(await readFile(path.join(folder, file), 'utf8'))));
}

/** Runs `lockstep train` with the probe in its processes. @param environment more of it */
export const trainProbed = (
  kind: 'usage' | 'allocations',
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly finished: Finished; readonly records: readonly ThreadRecord[] }> =>
  inTemporaryFolder(async (folder) => {
    const finished = await trainOnce(args, { ...environment, ...probeEnvironment(kind, folder) });
    return { finished, records: await readRecords(folder) };
  });
