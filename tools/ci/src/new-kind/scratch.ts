import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { output } from '../bare/commands.ts';
import type { MadeUpKind } from './made-up-kinds.ts';

/** What generators write; a review reads it, nobody types it. */
const GENERATED = [
  /\.generated\.(?:ts|c)$/,
  /^libs\/math\/kernels\.sha256$/,
  /^docs\/vectors\/exact-\d+\.json$/,
  /^docs\/model\.schema\.json$/,
];

const isGenerated = (file: string): boolean => GENERATED.some((pattern) => pattern.test(file));

/** Lends the packages that are installed in `source` to `place`; its rooms are those of `place` itself. */
export function lendPackages(source: string, place: string): void {
  for (const folder of ['.', ...roomsWithPackages(source)]) {
    const [from, to] = [path.join(source, folder, 'node_modules'), path.join(place, folder, 'node_modules')];
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) {
      if (name.startsWith('.')) continue;
      if (name !== '@lockstep') symlinkSync(path.join(from, name), path.join(to, name));
    }
  }
  const rooms = path.join(place, 'node_modules/@lockstep');
  mkdirSync(rooms);
  for (const room of readdirSync(path.join(source, 'node_modules/@lockstep'))) {
    const link = path.join(source, 'node_modules/@lockstep', room);
    if (lstatSync(link).isSymbolicLink()) symlinkSync(readlinkSync(link), path.join(rooms, room));
  }
}

/** Rooms with packages of their own version. */
const roomsWithPackages = (source: string): readonly string[] =>
  ['libs', 'apps', 'tools'].flatMap((parent) =>
    readdirSync(path.join(source, parent), { withFileTypes: true })
      .filter((room) => room.isDirectory())
      .map((room) => path.join(parent, room.name))
      .filter((room) => readdirSync(path.join(source, room)).includes('node_modules')),
  );

/** Writes the files and lines of a kind. */
export function write({ files, insertions }: MadeUpKind, place: string): void {
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
  for (const { file, after, line } of insertions) {
    const text = readFileSync(path.join(place, file), 'utf8');
    if (!text.includes(after)) throw new Error(`${file} has no ${JSON.stringify(after)}: a list has moved`);
    writeFileSync(path.join(place, file), text.replace(after, after + line));
  }
}

/** What was touched, as git sees it. */
export interface Touched {
  /** Files that were not there. */
  readonly written: readonly string[];
  /** Others, by hand, with how many lines more. */
  readonly lists: readonly string[];
  readonly generated: readonly string[];
}

export async function touched(place: string): Promise<Touched> {
  const { stdout } = await output(['git', 'status', '--porcelain', '--untracked-files=all'], { cwd: place });
  const files = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.slice(0, 2), line.slice(3)] as const);
  const byHand = files.filter(([, file]) => !isGenerated(file));
  return {
    written: byHand.filter(([state]) => state === '??').map(([, file]) => file),
    lists: byHand.filter(([state]) => state !== '??').map(([, file]) => file),
    generated: files.map(([, file]) => file).filter(isGenerated),
  };
}
