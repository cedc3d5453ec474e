import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEnd } from '@lockstep/shell';
import type { RunNotice } from '@lockstep/metrics';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeReporter } from './reporter.ts';
import { describeUnsaved } from './unsaved.ts';

const completed = (place: Pick<RunEnd, 'checkpoint' | 'unsaved'>): RunEnd => ({
  type: 'completed',
  step: 300,
  weightsSha256: 'ab'.repeat(32),
  ...place,
});

describe('what is said of a run whose weights are not where they belong', () => {
  it('is nothing when they are', () => {
    expect(describeUnsaved(completed({ checkpoint: 'runs/r/final.safetensors' }), 'runs/r')).toBeUndefined();
  });

  it('names the reason, and a command that takes them back, whatever the names of the folders', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-unsaved-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const spare = join(folder, "the spare's");
    const run = join(folder, 'my $HOME run');
    mkdirSync(spare);
    const checkpoint = join(spare, 'final.safetensors');
    writeFileSync(checkpoint, 'weights');
    const text = describeUnsaved(completed({ checkpoint, unsaved: 'disk-full: no room' }), run)!;
    expect(text).toContain(`ended without its checkpoint in ${run}: disk-full: no room`);
    expect(text).toMatch(/node \S+bin\/lockstep.mjs evaluate /);
    const command = text.split('\n').find((line) => line.startsWith('  mkdir'))!;
    execFileSync('sh', ['-c', command]);
    expect(existsSync(join(run, 'final.safetensors'))).toBe(true);
  });

  it('says how an interrupted run goes on', () => {
    const place = { checkpoint: '/tmp/s/step-000300.safetensors', unsaved: 'gone' };
    const text = describeUnsaved({ ...completed(place), type: 'stopped' }, '/data/r')!;
    expect(text).toMatch(/train --resume \/data\/r\/step-000300\.safetensors$/m);
    expect(text).toMatch(/train --resume \/tmp\/s\/step-000300\.safetensors --out DIR$/m);
  });

  it('promises nothing when no place took them', () => {
    const text = describeUnsaved(completed({ checkpoint: null, unsaved: 'no room' }), 'runs/r')!;
    expect(text).toMatch(/no other place took the weights of step 300, and they are lost/);
    expect(text).not.toContain('null');
  });
});

describe('the report of an end without its checkpoint', () => {
  const said = (format: 'text' | 'json', notice: RunNotice) => {
    const written = { out: '', err: '' };
    const target = {
      out: (text: string) => void (written.out += text),
      err: (text: string) => void (written.err += text),
      columns: undefined,
      hasColour: false,
    };
    makeReporter(format, target, () => undefined).notify(notice);
    return written;
  };

  it('says where the weights are instead, or that they are nowhere', () => {
    const stopped = { type: 'stopped', step: 300, reason: 'SIGINT' } as const;
    const spared = { ...stopped, checkpoint: '/tmp/s/step-000300.safetensors', unsaved: 'no room' };
    expect(said('text', { ...stopped, checkpoint: 'r/step-000300.safetensors' }).out).toBe(
      'stopped at step 300 (SIGINT); checkpoint r/step-000300.safetensors; go on with --resume auto\n',
    );
    expect(said('text', spared).out).toBe(
      'stopped at step 300 (SIGINT); its weights are not where they belong, but in /tmp/s/step-000300.safetensors\n',
    );
    const lost = said('text', { ...stopped, checkpoint: null, unsaved: 'no room' }).out;
    expect(lost).toBe('stopped at step 300 (SIGINT); without a checkpoint\n');
    expect(JSON.parse(said('json', spared).out)).toEqual(spared);
  });

  it('says that the weights are in memory while it is tried again', () => {
    const failed = {
      type: 'checkpoint-failed',
      step: 9,
      failures: 2,
      error: 'no room',
      isLast: true,
    } as const;
    expect(said('text', { ...failed, retryMillis: 500 }).err).toBe(
      'warning: step 9: the last checkpoint was not written, its weights stay in memory and it is tried again in 0.5 s: no room\n',
    );
    expect(said('text', failed).err).toBe('warning: step 9: the last checkpoint was not written: no room\n');
  });
});
