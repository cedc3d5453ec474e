import { basename, resolve } from 'node:path';
import type { NoticeOf, RunCommands } from '@lockstep/metrics';
import type { RunEnd } from '@lockstep/shell';
import { commandsFor, LAUNCHER, quoted } from './worker-command.ts';

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
  lines.push(`  ${takeBackCommand(checkpoint, folder, end.type === 'completed')}`);
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

/** What to type about the run in `folder` that ended with that notice: nothing that cannot work. */
export function commandsAfter(
  { type, checkpoint, unsaved }: NoticeOf<'finished' | 'diverged' | 'stopped'>,
  folder: string,
): RunCommands {
  const commands = commandsFor(folder);
  if (unsaved === undefined) return commands;
  if (checkpoint === null) return { resume: commands.resume, dashboard: commands.dashboard };
  const takeBack = takeBackCommand(checkpoint, folder, type === 'finished');
  return { ...commands, kept: { file: resolve(checkpoint), takeBack } };
}

function takeBackCommand(checkpoint: string, folder: string, isCompleted: boolean): string {
  const [file, target] = [resolve(checkpoint), resolve(folder)].map(quoted) as [string, string];
  // A finished run that was made longer has the end it once had there, whose place this one takes, as it would have without this trouble.
  const move = isCompleted ? 'mv -f' : 'mv -n';
  return `mkdir -p ${target} && ${move} ${file} ${target}/${quoted(basename(checkpoint))}`;
}
