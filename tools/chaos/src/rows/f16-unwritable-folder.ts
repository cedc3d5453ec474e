import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const unwritableFolder: Row = {
  id: 'F16',
  title: 'the output folder cannot be written',
  load: 3,
  seconds: 10,
  async run(lab) {
    const file = path.join(lab.folder, 'a-file');
    writeFileSync(file, '');
    const closed = path.join(lab.folder, 'read-only');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    const places = [file, path.join(file, 'below'), '/proc/nowhere', '/sys/lockstep'];
    // Permissions bind nobody who is root.
    if (process.getuid?.() !== 0) places.push(closed, path.join(closed, 'below'));
    for (const command of [
      ['coordinator', '--port', '0'],
      ['train', '--port', '0', '--workers', '1'],
      ['train', '--workers', '0'],
    ]) {
      for (const place of places) {
        const refused = lab.lockstep([
          ...command,
          ...lab.smallRun(),
          '--format',
          'json',
          '--max-steps',
          '5',
          '--out',
          place,
        ]);
        await refused.mustExit(1);
        must(refused.stdout === '', `${command[0]} into ${place} started: ${refused.stdout}`);
        must(
          /^lockstep: (?:not-a-folder|not-writable): .*choose another folder\n$/m.test(refused.stderr),
          `it said ${refused.stderr}`,
        );
        must(!refused.stderr.includes('    at '), 'it printed a stack trace');
      }
    }
    must(!existsSync('/sys/lockstep'), 'it made a folder');
    return `refused before training in ${places.length} places, by coordinator, train and train alone`;
  },
};
