import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from './kind-of.ts';

/** The four files that a dataset is made of. */
export const PARTS = ['train-images', 'train-labels', 'test-images', 'test-labels'] as const;
export type DatasetPart = (typeof PARTS)[number];

/** The files of one dataset in a folder. */
export interface DatasetFiles {
  /** What stands before `train` and `test` in their names: "emnist-letters"; empty for names as MNIST's. */
  readonly prefix: string;
  readonly files: ReadonlyMap<DatasetPart, string>;
  /** What has the name of such a file and cannot be read as one, for people. */
  readonly unusable: readonly string[];
  /** Files of the same part under other accepted names, which may hold something else. */
  readonly passedOver: ReadonlyMap<DatasetPart, readonly string[]>;
}

/**
 * `train-images-idx3-ubyte`, with a dot for the second joint in some copies, `emnist-letters-test-labels-idx1-ubyte.gz`,
 * `qmnist-train-labels-idx2-int`. The numbers in a name are not believed: what a file holds is in its header.
 */
const NAME = /^(?:(.+)-)?(train|t10k|test)-(images|labels)([-.])idx[1-4]-(?:ubyte|int)(\.gz)?$/;

/**
 * The datasets whose files lie in `folder`, by their names, in order of prefixes. Whether a name is a file's is asked of what is
 * there, through links: some archives unpack to a folder of each file's name, with the file in it.
 */
export function datasetsIn(folder: string): readonly DatasetFiles[] {
  const found = new Map<string, Found>();
  for (const name of readdirSync(folder)) {
    const match = matchOf(name);
    if (match === undefined) continue;
    const set: Found = found.get(match.prefix) ?? { candidates: new Map(), unusable: [] };
    found.set(match.prefix, set);
    const candidates = candidatesAt(join(folder, name), match);
    if (typeof candidates === 'string') set.unusable.push(candidates);
    else set.candidates.set(match.part, [...(set.candidates.get(match.part) ?? []), ...candidates]);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, { candidates, unusable }]) => {
      const ranked = [...candidates].map(([part, all]) => [part, all.toSorted(byRank)] as const);
      return {
        ...{ prefix, unusable },
        files: new Map(ranked.map(([part, [first]]) => [part, first!.path])),
        passedOver: new Map(ranked.map(([part, [, ...others]]) => [part, others.map(({ path }) => path)])),
      };
    });
}

const byRank = (a: Candidate, b: Candidate): number => a.rank - b.rank || (a.path < b.path ? -1 : 1);

/** Names that `part` of a dataset may have, the usual one first. */
export function namesOf(prefix: string, part: DatasetPart): readonly string[] {
  const [role, what] = part.split('-') as [string, string];
  const start = prefix === '' ? '' : `${prefix}-`;
  const stem = `${start}${role === 'test' && prefix === '' ? 't10k' : role}-${what}`;
  const kind = what === 'images' ? 'idx3' : 'idx1';
  return ['-', '.'].flatMap((joint) => ['', '.gz'].map((end) => `${stem}${joint}${kind}-ubyte${end}`));
}

interface NameMatch {
  readonly prefix: string;
  readonly part: DatasetPart;
  /** Where copies of one file lie side by side: the lower one is taken. */
  readonly rank: number;
}

interface Candidate {
  readonly path: string;
  readonly rank: number;
}

interface Found {
  /** Of each part at least one. */
  readonly candidates: Map<DatasetPart, readonly Candidate[]>;
  readonly unusable: string[];
}

function matchOf(name: string): NameMatch | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, prefix = '', role, what, joint, end] = match;
  const rank = (role === 'test' ? 8 : 0) + (joint === '.' ? 2 : 0) + (end === undefined ? 0 : 1);
  return { prefix, part: `${role === 'train' ? 'train' : 'test'}-${what}` as DatasetPart, rank };
}

/** The file at `path`, or those in the folder there; a text for people when neither is. */
function candidatesAt(path: string, { prefix, part, rank }: NameMatch): readonly Candidate[] | string {
  const kind = kindOf(path);
  if (kind === 'file') return [{ path, rank }];
  if (kind !== 'folder') return `${path} is ${kind}`;
  const inner = listOf(path)
    .filter((name) => {
      const match = matchOf(name);
      return match?.prefix === prefix && match.part === part && kindOf(join(path, name)) === 'file';
    })
    .map((name) => ({ path: join(path, name), rank: rank + 4 }));
  return inner.length > 0 ? inner : `${path} is a folder without that file in it`;
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
