import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { resolveOptimizer } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { newestResumption, readResumption, resumptionAt } from './resumption.ts';
import { newRunRecord, RUN_RECORD_NAME, writeRunRecord } from './run-record.ts';
import {
  madeUpCheckpoint,
  tinyConfig,
  OTHER_RUN,
  putCheckpoint,
  RUN,
  type MadeUpCheckpoint,
} from './testing/made-up-run.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** A folder with a good checkpoint after 3 and one after 6 steps. */
function folderOfRun(run: string | undefined = undefined): string {
  const folder = temporaryFolder();
  for (const step of [3, 6]) put(folder, { step, run });
  return folder;
}

const put = (folder: string, checkpoint: MadeUpCheckpoint): string =>
  putCheckpoint(folder, checkpointFileName(checkpoint.step), checkpoint);

describe('a checkpoint without the state of its optimizer', () => {
  it('is nothing to go on from', () => {
    const config = { ...tinyConfig, optimizer: resolveOptimizer('adam') };
    const file = putCheckpoint(temporaryFolder(), checkpointFileName(3), { step: 3, config });
    expect(() => readResumption(file)).toThrowError(/its optimizer state is not that of the optimizer/);
  });
});

describe('a checkpoint without the moving average that its run takes', () => {
  it('is nothing to go on from', () => {
    const config = { ...tinyConfig, ema: 0.99 };
    const file = putCheckpoint(temporaryFolder(), checkpointFileName(3), { step: 3, config });
    expect(() => readResumption(file)).toThrowError(/it lacks a moving average of the weights/);
  });
});

describe('newestResumption', () => {
  it('is the checkpoint of the highest step, whatever its name or kind', () => {
    const folder = folderOfRun();
    expect(newestResumption(folder)).toMatchObject({
      ...{ folder, checkpoint: { step: 6, term: 2 }, config: tinyConfig },
    });
    putCheckpoint(folder, FINAL_CHECKPOINT_NAME, { step: 9 });
    expect(newestResumption(folder)?.checkpoint.step).toBe(9);
    // A finished run that was made longer: the end it once had is behind.
    put(folder, { step: 12 });
    expect(newestResumption(folder)?.checkpoint.step).toBe(12);
    putCheckpoint(folder, checkpointFileName(1), { step: 15 });
    expect(newestResumption(folder)).toMatchObject({
      checkpoint: { step: 15 },
      file: join(folder, checkpointFileName(1)),
    });
  });

  it('is that of the highest term among equal steps', () => {
    const folder = temporaryFolder();
    putCheckpoint(folder, FINAL_CHECKPOINT_NAME, { step: 6, term: 2 });
    put(folder, { step: 6, term: 3 });
    expect(newestResumption(folder)?.checkpoint.term).toBe(3);
    putCheckpoint(folder, FINAL_CHECKPOINT_NAME, { step: 6, term: 4 });
    expect(newestResumption(folder)?.checkpoint.term).toBe(4);
  });

  it('reads the weights of none but that', () => {
    const folder = folderOfRun();
    const whole: string[] = [];
    const files: FileSystem = {
      ...nodeFiles,
      read(path, most) {
        if (most === undefined && path.endsWith('.safetensors')) whole.push(path);
        return nodeFiles.read(path, most);
      },
    };
    newestResumption(folder, files);
    expect(whole).toEqual([join(folder, checkpointFileName(6))]);
  });

  it.each([
    ['in its weights', (bytes: Uint8Array) => void (bytes[bytes.length - 1]! ^= 1), 'digest-mismatch'],
    ['in its head', (bytes: Uint8Array) => void (bytes[12]! ^= 1), 'not-a-checkpoint'],
  ])('passes over one that is damaged %s, and says so', (_where, damage, code) => {
    const folder = folderOfRun();
    const damaged = madeUpCheckpoint({ step: 6 });
    damage(damaged);
    writeFileSync(join(folder, checkpointFileName(6)), damaged);
    const resumption = newestResumption(folder);
    expect(resumption?.checkpoint.step).toBe(3);
    expect(resumption?.damaged).toEqual([join(folder, checkpointFileName(6))]);
    expect(resumption?.warnings).toEqual([
      expect.stringMatching(new RegExp(`^passed over a damaged checkpoint: .*step-000006.*${code}`)),
    ]);
  });

  it('never starts afresh where every checkpoint is damaged', () => {
    const folder = folderOfRun();
    for (const step of [3, 6]) writeFileSync(join(folder, checkpointFileName(step)), 'torn');
    expect(() => newestResumption(folder)).toThrow(/none of the 2 checkpoints .* can be read/);
  });

  it('is found through a link, as archives leave them, and none is started anew where one leads nowhere', () => {
    const folder = folderOfRun();
    mkdirSync(join(folder, 'archive'));
    for (const name of [3, 6].map(checkpointFileName)) {
      renameSync(join(folder, name), join(folder, 'archive', name));
      symlinkSync(join('archive', name), join(folder, name));
    }
    expect(newestResumption(folder)?.checkpoint.step).toBe(6);
    rmSync(join(folder, 'archive', checkpointFileName(6)));
    expect(newestResumption(folder)).toMatchObject({
      checkpoint: { step: 3 },
      damaged: [join(folder, checkpointFileName(6))],
    });
    rmSync(join(folder, 'archive'), { recursive: true });
    expect(() => newestResumption(folder)).toThrow(/none of the 2 checkpoints .* can be read/);
  });

  it('is nothing where there is no checkpoint', async () => {
    const folder = temporaryFolder();
    expect(newestResumption(folder)).toBeUndefined();
    expect(newestResumption(join(folder, 'nowhere'))).toBeUndefined();
    await writeRunRecord(folder, newRunRecord());
    expect(newestResumption(folder)).toBeUndefined();
  });

  it('passes over checkpoints of other runs, by name', async () => {
    const folder = folderOfRun(RUN);
    await writeRunRecord(folder, newRunRecord(RUN));
    const foreign = put(folder, { step: 9, run: OTHER_RUN });
    expect(newestResumption(folder)).toMatchObject({
      checkpoint: { step: 6 },
      damaged: [],
      warnings: [`passed over ${foreign}, which belongs to run bbbbbbbb, and the folder to run aaaaaaaa`],
    });
    await writeRunRecord(folder, newRunRecord('c'.repeat(32)));
    expect(() => newestResumption(folder)).toThrow(/no checkpoint in .* belongs to its run/);
  });

  it('takes those of earlier versions for the run’s where they were trained alike', async () => {
    const folder = folderOfRun(RUN);
    await writeRunRecord(folder, newRunRecord(RUN));
    put(folder, { step: 9, config: { ...tinyConfig, totalSteps: 9 } });
    expect(newestResumption(folder)?.checkpoint.step).toBe(9);
    const other = put(folder, { step: 12, config: { ...tinyConfig, seed: 5 } });
    expect(newestResumption(folder)).toMatchObject({
      checkpoint: { step: 9 },
      warnings: [`passed over ${other}, which was trained in another way than the run of this folder`],
    });
  });

  it('asks the checkpoints whose the folder is when its record is lost or damaged', () => {
    const folder = folderOfRun(RUN);
    expect(newestResumption(folder)?.checkpoint).toMatchObject({ step: 6, run: RUN });
    writeFileSync(join(folder, RUN_RECORD_NAME), '{');
    expect(newestResumption(folder)).toMatchObject({
      checkpoint: { step: 6, run: RUN },
      warnings: [expect.stringContaining('run.json is not what a coordinator writes')],
    });
    put(folder, { step: 9, run: OTHER_RUN });
    expect(() => newestResumption(folder)).toThrow(/holds checkpoints of 2 runs and no run\.json/);
  });

  it('looks at nothing that only looks like a checkpoint', () => {
    const folder = folderOfRun();
    copyFileSync(join(folder, checkpointFileName(6)), join(folder, 'step-000009.safetensors.bak'));
    putCheckpoint(folder, 'best.safetensors', { step: 99 });
    expect(newestResumption(folder)?.checkpoint.step).toBe(6);
    expect(readdirSync(folder)).toHaveLength(4);
  });
});

describe('resumptionAt', () => {
  it('takes a file, or the furthest checkpoint of a folder', () => {
    const folder = folderOfRun(RUN);
    expect(resumptionAt(folder).checkpoint.step).toBe(6);
    expect(resumptionAt(join(folder, checkpointFileName(6))).checkpoint.step).toBe(6);
    expect(() => resumptionAt(temporaryFolder())).toThrow(/holds no checkpoint: name one, or the folder/);
  });
});

describe('readResumption', () => {
  it('says which file it could not read', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'none.safetensors');
    expect(() => readResumption(folder)).toThrow(
      /it is a folder: name one of the checkpoints in it \(EISDIR\)/,
    );
    expect(() => readResumption(file)).toThrow(
      /checkpoint .*none\.safetensors: there is no such file: .* \(ENOENT\)/,
    );
  });
});
