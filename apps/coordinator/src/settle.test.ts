import { readdirSync } from 'node:fs';
import { coordinatorOptions, resolveOptions } from '@lockstep/config';
import { describe, expect, it } from 'vitest';
import type { PreparedRun } from './prepare.ts';
import { settle } from './settle.ts';
import { useTemporaryFolder } from './testing/working-folder.ts';

useTemporaryFolder();

describe('a start that cannot be written down', () => {
  it('gives back all that it took, and removes what was made for it', async () => {
    const values = { trace: 'trace.json', spareOut: 'spare/out' };
    const options = resolveOptions(coordinatorOptions, [
      { source: 'flag', where: 'the command line', values },
    ]);
    let isAbandoned = false;
    const prepared = {
      folder: 'run',
      begin: () => Promise.reject(new Error('no room')),
      abandon: () => (isAbandoned = true),
    } as unknown as PreparedRun;
    const launch = { options, isLocal: true, isSupervised: false };
    await expect(settle(launch, prepared, (text) => expect.unreachable(text))).rejects.toThrow('no room');
    expect(isAbandoned).toBe(true);
    expect(readdirSync('.')).toEqual([]);
  });
});
