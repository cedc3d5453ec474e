import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

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
    const set: Found = found.get(match.prefix) ?? { files: new Map(), unusable: [] };
    found.set(match.prefix, set);
    const candidate = candidateAt(join(folder, name), match);
    if (typeof candidate === 'string') set.unusable.push(candidate);
    else if (candidate.rank < (set.files.get(match.part)?.rank ?? Infinity))
      set.files.set(match.part, candidate);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, { files, unusable }]) => ({
      prefix,
      files: new Map([...files].map(([part, { path }]) => [part, path])),
      unusable,
    }));
}

/** Names that `part` of a dataset may have, the usual one first. */
export function namesOf(prefix: string, part: DatasetPart): readonly string[] {
  const [role, what] = part.split('-') as [string, string];
  const start = prefix === '' ? '' : `${prefix}-`;
  const stem = `${start}${role === 'test' && prefix === '' ? 't10k' : role}-${what}`;
  const kind = what === 'images' ? 'idx3' : 'idx1';
  return ['-', '.'].flatMap((joint) => ['', '.gz'].map((end) => `${stem}${joint}${kind}-ubyte${end}`));
}

/** Whether `path` is a folder, or leads to one. */
export const isFolder = (path: string): boolean => kindOf(path) === 'folder';

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
  readonly files: Map<DatasetPart, Candidate>;
  readonly unusable: string[];
}

function matchOf(name: string): NameMatch | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, prefix = '', role, what, joint, end] = match;
  const rank = (role === 'test' ? 8 : 0) + (joint === '.' ? 2 : 0) + (end === undefined ? 0 : 1);
  return { prefix, part: `${role === 'train' ? 'train' : 'test'}-${what}` as DatasetPart, rank };
}

/** The file at `path`, or in the folder there; a text for people when neither is. */
function candidateAt(path: string, { prefix, part, rank }: NameMatch): Candidate | string {
  const kind = kindOf(path);
  if (kind === 'file') return { path, rank };
  if (kind !== 'folder') return `${path} is ${kind}`;
  for (const name of listOf(path)) {
    const inner = matchOf(name);
    const isSame = inner?.prefix === prefix && inner.part === part;
    if (isSame && kindOf(join(path, name)) === 'file') return { path: join(path, name), rank: rank + 4 };
  }
  return `${path} is a folder without that file in it`;
}

function kindOf(path: string): string {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return 'file';
    return stats.isDirectory() ? 'folder' : 'no plain file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'a link that leads nowhere' : `out of reach (${code})`;
  }
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
