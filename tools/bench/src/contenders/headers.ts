import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BenchError } from '../bench-error.ts';
import type { Contender } from '../benchmark-case.ts';
import { rootFolder } from '../paths.ts';
import { timed } from '../timing.ts';

/** What both versions of `libs/protocol/src/frame.ts` have. */
interface Framing {
  planFrame(fields: Fields, tensors: readonly (Float32Array | Float64Array | Uint8Array)[]): unknown;
  writeFrame(plan: unknown, target: Uint8Array): Uint8Array;
  readFrame(frame: Uint8Array): { readonly fields: Fields };
}
type Fields = Readonly<Record<string, unknown>>;

const SOURCES = 'libs/protocol/src';
const CACHE = path.join(rootFolder, 'node_modules/.cache/lockstep-tools/bench/headers');

const reference = { term: 3, step: 41_500, span: { firstLeaf: 128, leafCount: 64 } };
const checksum = '0123456789abcdef';

/** What travels in a step, for each span; tensors of one element, so that the time is that of headers. */
const MESSAGES = [
  { type: 'weights', term: 3, step: 41_500, checksum },
  { type: 'rows', ...reference, rowCount: 32 },
  { type: 'lease', ...reference, purpose: 'step', rowCount: 32 },
  { type: 'contribution', ...reference, rowCount: 32, computeMicros: 70_123, checksum },
  { type: 'verdict', ...reference, verdict: 'accepted', reason: undefined },
  { type: 'heartbeat', term: 3, step: 41_500, rowsDone: 96 },
];
const TENSORS = [new Float32Array(1), new Float64Array(1)];

/** A frame of each message of a step written and read, by the codec of this version. */
export const headersNow = (name: string): Contender =>
  headersOf(name, () => path.join(rootFolder, SOURCES, 'frame.ts'));

/** The same by the codec of our own that versions before had, taken from the repository's history. */
export const headersBefore = (name: string): Contender =>
  headersOf(name, () => {
    const folder = path.join(CACHE, 'before');
    mkdirSync(folder, { recursive: true });
    const commit = commitBeforeRemovalOf(`${SOURCES}/header-reader.ts`);
    execFileSync('tar', ['-x', '-C', folder], { input: git(['archive', commit, SOURCES]) });
    return path.join(folder, SOURCES, 'frame.ts');
  });

const headersOf = (name: string, sourceOf: () => string): Contender => ({
  name,
  open: async () => {
    const framing = await bundled(sourceOf(), `${name}.mjs`);
    const buffer = new Uint8Array(8192);
    const roundTrip = (fields: Fields): Fields =>
      framing.readFrame(framing.writeFrame(framing.planFrame(fields, TENSORS), buffer)).fields;
    const milliseconds = timed(() => {
      for (const message of MESSAGES) roundTrip(message);
    });
    return {
      result: JSON.stringify(MESSAGES.map(roundTrip)),
      measure: async () => ({ value: (1000 * milliseconds()) / MESSAGES.length }),
    };
  },
});

/** Both versions are bundled in the same way. */
async function bundled(source: string, file: string): Promise<Framing> {
  const outfile = path.join(CACHE, file);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return (await import(pathToFileURL(outfile).href)) as Framing;
}

function commitBeforeRemovalOf(file: string): string {
  const commit = git(['rev-list', '-1', 'HEAD', '--', file]).toString().trim();
  if (commit === '') {
    throw new BenchError('unavailable', `the history of ${file} is not here; it needs a whole clone`);
  }
  return `${commit}^`;
}

function git(args: readonly string[]): Buffer {
  try {
    return execFileSync('git', args, { cwd: rootFolder, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (cause) {
    throw new BenchError('unavailable', 'the codec before is taken from a clone with its history by git', {
      cause,
    });
  }
}
