import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEnd } from '@lockstep/shell';
import type { RunNotice } from '@lockstep/metrics';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeReporter } from './reporter.ts';
import { commandsAfter, describeUnsaved } from './unsaved.ts';
import { commandsFor } from './worker-command.ts';

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

  /** Weights in a spare place, and the folder of their run, which is not there. */
  function spared(name: string) {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-unsaved-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const spare = join(folder, "the spare's");
    const run = join(folder, 'my $HOME run');
    mkdirSync(spare);
    const checkpoint = join(spare, name);
    writeFileSync(checkpoint, 'weights');
    return { run, end: completed({ checkpoint, unsaved: 'disk-full: no room' }) };
  }

  /** Runs the command that takes them back. */
  function takeBack(text: string): void {
    const command = text.split('\n').find((line) => line.startsWith('  mkdir'))!;
    execFileSync('sh', ['-c', command]);
  }

  it('names the reason, and a command that takes them back, whatever the names of the folders', () => {
    const { run, end } = spared('final.safetensors');
    const text = describeUnsaved(end, run)!;
    expect(text).toContain(`ended without its checkpoint in ${run}: disk-full: no room`);
    expect(text).toMatch(/node \S+bin\/lockstep.mjs evaluate /);
    takeBack(text);
    expect(existsSync(join(run, 'final.safetensors'))).toBe(true);
  });

  it('takes back a new end over the one that the run had before it was made longer', () => {
    const { run, end } = spared('final.safetensors');
    mkdirSync(run);
    writeFileSync(join(run, 'final.safetensors'), 'of an earlier end');
    takeBack(describeUnsaved(end, run)!);
    expect(readFileSync(join(run, 'final.safetensors'), 'utf8')).toBe('weights');
    expect(existsSync(end.checkpoint!)).toBe(false);
  });

  it('takes an interrupted run’s weights back over none that lie there', () => {
    const { run, end } = spared('step-000300.safetensors');
    mkdirSync(run);
    writeFileSync(join(run, 'step-000300.safetensors'), 'there already');
    takeBack(describeUnsaved({ ...end, type: 'stopped' }, run)!);
    expect(readFileSync(join(run, 'step-000300.safetensors'), 'utf8')).toBe('there already');
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

describe('what is offered to be typed after an end', () => {
  const stopped = { type: 'stopped', step: 300, reason: 'SIGINT' } as const;

  it('is all where the folder has the weights', () => {
    const place = { checkpoint: 'runs/r/step-000300.safetensors' };
    expect(commandsAfter({ ...stopped, ...place }, 'runs/r')).toEqual(commandsFor('runs/r'));
  });

  it('takes the weights back first where another place has them', () => {
    const place = { checkpoint: '/tmp/s p/step-000300.safetensors', unsaved: 'no room' };
    expect(commandsAfter({ ...stopped, ...place }, '/data/r')).toEqual({
      ...commandsFor('/data/r'),
      kept: {
        file: '/tmp/s p/step-000300.safetensors',
        takeBack:
          "mkdir -p /data/r && mv -n '/tmp/s p/step-000300.safetensors' /data/r/step-000300.safetensors",
      },
    });
  });

  it('measures no weights that are lost', () => {
    const { evaluate, ...others } = commandsFor('runs/r');
    expect(evaluate).toBeDefined();
    expect(commandsAfter({ ...stopped, checkpoint: null, unsaved: 'no room' }, 'runs/r')).toEqual(others);
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
