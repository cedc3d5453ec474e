import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEnd } from '@lockstep/shell';

/** The command, as this build lies on this machine. */
const LAUNCHER = fileURLToPath(new URL('../../../bin/lockstep.mjs', import.meta.url));

/**
 * What to say of a run whose weights are not where they belong, with the commands that bring them there; undefined of any other.
 * @param folder the run's
 */
export function describeUnsaved(end: RunEnd, folder: string): string | undefined {
  const { checkpoint, unsaved } = end;
  if (unsaved === undefined) return undefined;
  const what = `ended without its checkpoint in ${folder}: ${unsaved}`;
  if (checkpoint === null) {
    return (
      `${what}; no other place took the weights of step ${end.step}, and they are lost: ` +
      'make room, then --resume auto goes on from the checkpoint before'
    );
  }
  const [file, target] = [resolve(checkpoint), resolve(folder)].map(quoted) as [string, string];
  const lines = [`its weights are in ${file}; when there is room, take them back:`];
  lines.push(`  mkdir -p ${target} && mv -n ${file} ${target}/${quoted(basename(checkpoint))}`);
  const command = `node ${quoted(LAUNCHER)}`;
  if (end.type === 'completed') lines.push('or use them where they are:', `  ${command} evaluate ${file}`);
  else lines.push('and go on:', `  ${command} train --resume ${target}/${quoted(basename(checkpoint))}`);
  if (end.type !== 'completed') {
    lines.push(
      'or go on from there, in a folder with room:',
      `  ${command} train --resume ${file} --out DIR`,
    );
  }
  return `${what}\n${lines.join('\n')}`;
}

/** One word of a shell's command line. */
const quoted = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
