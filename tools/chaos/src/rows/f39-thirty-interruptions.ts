import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import { preload } from '../lab/preloads.ts';
import type { Running } from '../lab/running.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const INTERRUPTIONS = 30;
/** Longest that a start trains before it is interrupted. */
const MOST_MS = 250;

/** What ends a start, and the statuses it may end with. */
const ENDINGS = [
  { name: 'Ctrl-C', signal: 'SIGINT', statuses: [130] },
  { name: 'TERM', signal: 'SIGTERM', statuses: [143] },
  { name: 'HUP', signal: 'SIGHUP', statuses: [129] },
  { name: 'USR1', signal: 'SIGUSR1', statuses: [138] },
  { name: 'kill -9', signal: 'SIGKILL', statuses: ['SIGKILL'] },
  { name: 'disk full', signal: 'SIGTERM', statuses: [6], isDiskFull: true },
] as const;

/** Each way as often as the others, in an order that `random` gives (Fisher and Yates). */
function shuffledEndings(random: () => number): (typeof ENDINGS)[number][] {
  const ways = Array.from({ length: INTERRUPTIONS }, (_, index) => ENDINGS[index % ENDINGS.length]!);
  for (let last = ways.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [ways[last], ways[other]] = [ways[other]!, ways[last]!];
  }
  return ways;
}

/** A run whose starts are ended one after the other. */
class Starts {
  readonly #lab: Lab;
  readonly #out: string;
  readonly #disk: string;
  /** Committed steps of the newest checkpoint that was reported written. */
  newest = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#out = path.join(lab.folder, 'run');
    this.#disk = path.join(lab.folder, 'disk');
    mkdirSync(path.join(lab.folder, 'temporary'));
  }

  /** Goes on with the run. @param workers those that it starts; 0 for one process */
  async begin(workers: number, maxSteps: number): Promise<Running> {
    this.setDisk('');
    const place = ['--workers', String(workers), '--port', '0', '--out', this.#out];
    const running = this.#lab.lockstep(
      [
        ...['train', '--resume', 'auto', '--format', 'json', '--checkpoint-every', '7', ...place],
        ...[...this.#lab.smallRun(), '--max-steps', String(maxSteps)],
      ],
      {
        nodeArgs: preload('disk'),
        env: { CHAOS_DISK: this.#disk, TMPDIR: path.join(this.#lab.folder, 'temporary') },
      },
    );
    const { step } = await running.line('started');
    must(
      Number(step) >= this.newest,
      `it went on from ${Number(step)}, after a checkpoint of ${this.newest}`,
    );
    return running;
  }

  setDisk(state: string): void {
    writeFileSync(this.#disk, state === '' ? '' : `${state} ${this.#out}`);
  }

  /** Takes what `running` said that it wrote into the run's folder. */
  take(running: Running): void {
    for (const { type, step, file } of running.lines) {
      if (type !== 'checkpoint' || !String(file).startsWith(this.#out)) continue;
      this.newest = Math.max(this.newest, Number(step));
    }
  }
}

export const thirtyInterruptions: Row = {
  id: 'F39',
  title: `a run is interrupted ${INTERRUPTIONS} times, in every way, and always gone on with`,
  load: 8,
  seconds: 70,
  async run(lab) {
    const starts = new Starts(lab);
    const counts = new Map<string, number>();
    for (const [index, way] of shuffledEndings(() => lab.random()).entries()) {
      const running = await starts.begin(index % 3 === 2 ? 1 : 0, 10_000_000);
      await running.line('checkpoint');
      await delay(lab.random() * MOST_MS);
      if ('isDiskFull' in way) starts.setDisk('full');
      running.kill(way.signal);
      const end = await running.exit;
      must(
        way.statuses.some((status) => status === end),
        `it ended on ${way.name} with ${end}: ${running.tail()}`,
      );
      starts.take(running);
      counts.set(way.name, (counts.get(way.name) ?? 0) + 1);
    }
    const steps = starts.newest + 20;
    const last = await starts.begin(0, steps);
    await last.mustExit(0);
    mustEqual(last.lines.at(-1)!['weightsSha256'], await oracle(lab, lab.smallRun(), steps), 'the weights');
    const told = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
    return `${told}: never a step lower than the last checkpoint; the single process's weights after ${steps} steps`;
  },
};
