import { encodeCheckpoint } from '@lockstep/checkpoint';
import { basename } from 'node:path';
import { CommandError, EXIT, workerConfigOf } from '@lockstep/config';
import { coordinationDefaults } from '@lockstep/coordination';
import { referenceBackend } from '@lockstep/math';
import type { RunNotice } from '@lockstep/metrics';
import { layoutOf } from '@lockstep/nn';
import { workerMessageLimits, workerId } from '@lockstep/protocol';
import { runShapeOf } from '@lockstep/worker';
import {
  evaluationRowsOf,
  InlineEvaluator,
  Run,
  Shell,
  Trainer,
  type CheckpointStore,
  type Evaluator,
  type RunEnd,
} from '@lockstep/shell';
import {
  FolderCheckpoints,
  newestResumption,
  newRunRecord,
  nextTerm,
  readRunRecord,
  removeStaleTemporaries,
  setAside,
  StorageError,
  withStart,
  writeRunRecord,
  type FileSystem,
} from '@lockstep/storage';
import type { CheckpointWatch } from '../checks/checkpoint-watch.ts';
import type { Watch } from '../checks/watch.ts';
import { FOLDER, type Disk } from '../disk/disk.ts';
import { SpareDisk } from '../disk/spare-disk.ts';
import type { Network } from '../network/network.ts';
import type { Site } from '../network/site.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Dice } from '../world/dice.ts';
import { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';

/** A coordinator that has ended takes at most so long to say goodbye to everyone. */
const GOODBYE_MICROS = 1_000_000;

/** Somebody notices that it failed, and starts it again. */
const RESTART_MICROS = 500_000;

/** Somebody looks again so much later whether there is room. */
const LOOK_FOR_ROOM_MICROS = 1_000_000;

/** A checkpoint that is tried again is written within so long, or fails. */
const TRY_MICROS = 1_000_000;

export interface CoordinatorSetup {
  readonly world: World;
  readonly network: Network;
  readonly site: Site;
  readonly disk: Disk;
  readonly scenario: Scenario;
  readonly dice: Dice;
  readonly watch: Watch;
  readonly checkpoints: CheckpointWatch;
  /** A step was committed, for the first time or again. */
  onStep(step: number): void;
  /** A checkpoint begins to be written. */
  onSave(): void;
}

/** The coordinator's machine: one process after the other on one disk, each with the product's shell, run and storage. */
export class CoordinatorNode {
  readonly #setup: CoordinatorSetup;
  #host: Host | undefined;
  #shell: Shell | undefined;
  #end: RunEnd | undefined;
  readonly #spare = new SpareDisk();
  #fullAtEndMicros = 0;

  constructor(setup: CoordinatorSetup) {
    this.#setup = setup;
  }

  /** From the moment on in which the last checkpoint is written, the disk is full for so long. */
  fillDiskAtEnd(micros: number): void {
    this.#fullAtEndMicros = micros;
  }

  get isRunning(): boolean {
    return this.#host?.isAlive === true;
  }

  /** How the run ended, once it has. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** Starts a process that goes on with the run, unless there is one or the run is over. */
  start(): void {
    if (this.isRunning || this.#end !== undefined) return;
    const { world, dice, site } = this.#setup;
    site.isUp = true;
    const host = new Host(world, 'coordinator', dice.integer(0, 1_000_000_000));
    this.#host = host;
    world.note(() => 'coordinator starts');
    this.#boot(host).catch((error: unknown) => host.run(() => this.#onFailure(host, error)));
  }

  /** kill -9 */
  kill(): void {
    this.#endProcess();
  }

  losePower(): void {
    this.#setup.site.isUp = false;
    this.#endProcess();
    this.#setup.disk.losePower();
  }

  stop(): void {
    this.#host?.stop();
  }

  continue(): void {
    this.#host?.continue();
  }

  /** SIGTERM */
  terminate(): void {
    this.#host?.run(() => this.#shell?.stop('SIGTERM'));
  }

  #endProcess(): void {
    this.#host?.end();
    this.#shell = undefined;
    this.#setup.watch.serving(false);
  }

  /** What the coordinator's process does before its first step, in the same order. */
  async #boot(host: Host): Promise<void> {
    const { world, disk, scenario, watch, checkpoints, network, site } = this.#setup;
    const files = disk.filesOf(host);
    await removeStaleTemporaries(FOLDER, files);
    const resumption = newestResumption(FOLDER, files);
    checkpoints.onResumed(resumption?.checkpoint.step ?? 0);
    if (resumption !== undefined && JSON.stringify(resumption.config) !== JSON.stringify(scenario.config)) {
      watch.fail('a checkpoint holds another configuration than the run has');
    }
    for (const file of resumption?.damaged ?? []) await setAside(file, 'damaged', files);
    const term = await nextTerm(FOLDER, resumption?.checkpoint.term ?? 0, files);
    const step = resumption?.checkpoint.step ?? 0;
    await this.#recordStart(files, term, step);
    const trainer = new Trainer(scenario.config, scenario.data, referenceBackend, resumption?.checkpoint);
    const run = new Run({
      trainer,
      evaluator: this.#evaluator(host),
      checkpoints: this.#store(files),
      term,
      runId: scenario.run,
      lastResort: {
        spares: [this.#spare],
        sleep: (millis) => host.sleep(millis * 1000),
        hurry: new Promise(() => undefined),
      },
      checkpointSeconds: scenario.checkpointSeconds,
      notify: (notice) => this.#onNotice(notice),
      now: () => host.now() / 1e6,
    });
    await run.catchUp();
    watch.take({ term, type: 'started', step: trainer.step });
    watch.serving(true);
    const shell = this.#makeShell(host, run);
    this.#shell = shell;
    network.listen(host, (channel) => shell.connect(channel));
    host.every(coordinationDefaults.tickMicros, () => shell.tick());
    world.note(() => `coordinator serves term ${term} from step ${trainer.step} at ${site.name}`);
    const end = await shell.ended;
    this.#onEnd(host, end);
  }

  async #recordStart(files: FileSystem, term: number, step: number): Promise<void> {
    const { world, scenario } = this.#setup;
    const began = new Date(world.wallClock / 1000).toISOString();
    const record = readRunRecord(FOLDER, files) ?? newRunRecord(scenario.run);
    const start = { began, term, step, host: 'simulated', pid: term, version: '0' };
    await writeRunRecord(FOLDER, withStart(record, start), files);
  }

  #makeShell(host: Host, run: Run): Shell {
    const { scenario, watch, network } = this.#setup;
    const { config, token, minWorkers, maxWorkers, checkpointEvery } = scenario;
    const { term, trainer } = run;
    let lastId = 0;
    return new Shell({
      run,
      config: {
        ...coordinationDefaults,
        term,
        firstStep: trainer.step,
        totalSteps: run.lastStep,
        minWorkers,
        maxWorkers,
        trainRows: config.dataset.trainRows,
        batchSize: config.batchSize,
        leafRows: config.leafRows,
        weightsBytes: trainer.layout.length * Float32Array.BYTES_PER_ELEMENT,
        rowBytes: config.dataset.featureCount,
        checkpointEvery,
      },
      door: {
        term,
        run: 'simulated',
        configJson: JSON.stringify(workerConfigOf(config)),
        limits: workerMessageLimits(runShapeOf(config)),
        asksToken: token !== undefined,
        admits: (given) => token === undefined || given === token,
        bytesFrom: (channel) => network.bytesFrom(channel),
        expectAnswer: () => undefined,
        now: () => host.now() / 1000,
        after: (delayMs, action) => host.after(delayMs * 1000, action),
        nextId: () => workerId(++lastId),
      },
      journal: { append: (entry) => watch.take(entry) },
      notify: (notice) => this.#onNotice(notice),
      now: () => host.now(),
    });
  }

  /** The product's evaluator, whose answers take virtual time, as those of its thread do. */
  #evaluator(host: Host): Evaluator {
    const { scenario, dice } = this.#setup;
    const { config, data } = scenario;
    const inline = new InlineEvaluator(referenceBackend, { config, ...evaluationRowsOf(data) });
    return {
      begin: (weights, rows) => inline.begin(weights, rows),
      async evaluate(parts) {
        const sums = inline.evaluate(parts);
        await host.sleep(dice.integer(0, scenario.evaluationMicros));
        return sums;
      },
      judge: (rows, part, outputs) => inline.judge(rows, part, outputs),
      close: () => inline.close(),
    };
  }

  #store(files: FileSystem): CheckpointStore {
    const { run, keepCheckpoints: keep } = this.#setup.scenario;
    const folder = new FolderCheckpoints(FOLDER, {
      ...{ files, run, keep },
      warn: (text) => this.#onNotice({ type: 'warning', text }),
    });
    return {
      place: FOLDER,
      save: (step, bytes) => {
        this.#setup.onSave();
        if (step === undefined) this.#fillDisk();
        return folder.save(step, bytes);
      },
      saveBest: (bytes) => folder.saveBest(bytes),
    };
  }

  /** Of another run with the same configuration, which is at its end. */
  #strangeCheckpoint(): Uint8Array {
    const { config } = this.#setup.scenario;
    const { slots, length } = layoutOf(config.model);
    const weights = new Float32Array(length).fill(1);
    const run = 'f'.repeat(32);
    return encodeCheckpoint({ weights, slots, step: 900_000, term: 900, reason: 'interval', run, config });
  }

  #fillDisk(): void {
    const { world, disk } = this.#setup;
    const micros = this.#fullAtEndMicros;
    if (micros === 0) return;
    this.#fullAtEndMicros = 0;
    disk.isFull = true;
    world.note(() => `the disk is full at the end for ${micros / 1e6} s`);
    world.after(micros, () => (disk.isFull = false));
  }

  #onNotice(notice: RunNotice): void {
    const { world, watch, checkpoints, onStep } = this.#setup;
    if (notice.type === 'checkpoint-failed' && notice.retryMillis !== undefined) {
      // No step can come of a run that is over but for its last checkpoint.
      world.after(notice.retryMillis * 1000 + TRY_MICROS, watch.disturb(undefined));
    }
    if (notice.type === 'checkpoint') {
      checkpoints.onWritten(notice.step, notice.file);
      if (this.#setup.scenario.hasStrangeCheckpoint) checkpoints.addStrange(this.#strangeCheckpoint());
    }
    if (notice.type === 'step') onStep(notice.step);
    if (notice.type === 'finished') watch.expectDoubt(notice.disagreedAt);
    if (notice.type === 'warning') world.note(() => `warning: ${notice.text}`);
  }

  #onEnd(host: Host, end: RunEnd): void {
    const { world, watch, disk } = this.#setup;
    world.note(() => `coordinator ends: ${end.type} ${end.weightsSha256}`);
    if (end.type === 'stopped') watch.serving(false);
    else this.#end = end;
    if (end.unsaved !== undefined && !disk.wasFull) watch.fail(`nothing was full, and ${end.unsaved}`);
    world.after(GOODBYE_MICROS, () => {
      host.end();
      if (this.#host !== host) return;
      this.#shell = undefined;
      this.#takeBack(end, () => world.after(RESTART_MICROS, () => this.start()));
    });
  }

  /** Somebody brings the checkpoint that went elsewhere to where it belongs, as soon as there is room, and then goes on. */
  #takeBack(end: RunEnd, then: () => void): void {
    const { world, disk, checkpoints } = this.#setup;
    const { checkpoint, unsaved } = end;
    if (unsaved === undefined) return then();
    if (disk.isFull) return void world.after(LOOK_FOR_ROOM_MICROS, () => this.#takeBack(end, then));
    const name = basename(checkpoint!);
    disk.put(name, this.#spare.take(name));
    checkpoints.onWritten(end.step, name);
    world.note(() => `the checkpoint ${name} is taken back`);
    then();
  }

  /** Some failures are what has to happen: a coordinator that cannot go on says so and ends. It is started again. */
  #onFailure(host: Host, error: unknown): void {
    const { world, watch, disk, checkpoints } = this.#setup;
    const text = error instanceof Error ? error.message : String(error);
    world.note(() => `coordinator fails: ${text}`);
    const isAboutCheckpoints = error instanceof CommandError && error.exitCode === EXIT.badCheckpoint;
    const isExpected =
      (isAboutCheckpoints && checkpoints.whole.length === 0) ||
      (disk.wasFull && error instanceof StorageError);
    if (!isExpected) watch.fail(`the coordinator failed: ${(error as Error).stack ?? text}`);
    if (isAboutCheckpoints) checkpoints.repair();
    host.end();
    watch.serving(false);
    world.after(RESTART_MICROS, () => this.start());
  }
}
