import {
  transition,
  begin,
  hasWork,
  type CloseCause,
  type RunEffect,
  type RunEvent,
  type RunState,
  type Transition,
} from '@lockstep/coordination';
import type { Span } from '@lockstep/data';
import type { Holder } from '@lockstep/metrics';
import { CLOSE_CODES, type CloseCode, type Contribution, type FinishReason } from '@lockstep/protocol';
import type { Channel } from '@lockstep/transport';
import { distinctName } from './distinct-name.ts';
import { EvaluationLending } from './evaluation-lending.ts';
import { Holds } from './holds.ts';
import { LeaseDispatch } from './lease-dispatch.ts';
import { noticeOf } from './notice-of.ts';
import { Reducer } from './reducer.ts';
import type { Run } from './run.ts';
import type { RunEnd } from './run-setup.ts';
import type { Received, ShellSetup } from './shell-setup.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { StepDispatch } from './step-dispatch.ts';
import { badShape, verifyContribution } from './verify-contribution.ts';
import { WeightsBroadcast } from './weights-broadcast.ts';
import { WorkerConnection } from './worker-connection.ts';

/** How a worker is closed that the run lets go of. */
const CLOSE_OF: Readonly<Record<CloseCause, CloseCode>> = {
  silent: CLOSE_CODES.silent,
  strikes: CLOSE_CODES.tooManyStrikes,
};

type EventBody = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'now'> : never) : never;

/**
 * The impure driver of `transition`: turns what sockets bring into events, and does what the effects say, in order. The one place
 * where the state of a distributed run changes.
 */
export class Shell {
  readonly #setup: ShellSetup;
  readonly #run: Run;
  readonly #reducer: Reducer;
  readonly #weights: WeightsBroadcast;
  readonly #dispatcher: StepDispatch;
  readonly #lending: EvaluationLending;
  readonly #connections = new Map<string, WorkerConnection>();
  readonly #signs: SignsOfLife;
  readonly #holds: Holds;
  readonly #queue: { readonly event: RunEvent; readonly received: Received | undefined }[] = [];
  #state: RunState;
  #isPerforming = false;
  #isOver = false;
  /** The contribution whose event is being performed. */
  #received: Received | undefined;
  #sayGoodbye: ((connection: WorkerConnection) => void) | undefined;
  #settle!: (end: Promise<RunEnd>) => void;
  /** Settles when the run is over and everybody was told. */
  readonly ended: Promise<RunEnd>;

  constructor(setup: ShellSetup) {
    this.#setup = setup;
    this.#run = setup.run;
    const { trainer } = setup.run;
    this.#reducer = new Reducer(trainer.backend, trainer.layout.length);
    this.#weights = new WeightsBroadcast(setup.run.term, trainer.backend, trainer.weightBuffers);
    const leases = new LeaseDispatch(setup.run.term, trainer);
    this.#dispatcher = new StepDispatch(this.#weights, leases, () => setup.now());
    this.#lending = new EvaluationLending({
      ...{ term: setup.run.term, trainer, dispatcher: this.#dispatcher, now: () => setup.now() },
      workers: () => [...this.#connections.values()].filter((one) => !hasWork(this.#state, String(one.id))),
    });
    setup.run.helpedBy(this.#lending);
    this.#signs = new SignsOfLife(this.#lending, ({ channel }) => setup.door.bytesFrom(channel));
    this.#holds = new Holds((notice) => setup.notify(notice));
    this.ended = new Promise((resolve) => (this.#settle = resolve));
    const first = begin(setup.config);
    this.#state = first.state;
    this.#performAll(first);
  }

  /** Takes a connection that has just been made. */
  connect(channel: Channel): void {
    new WorkerConnection(channel, this.#setup.door, {
      onJoined: (connection) => this.#onJoined(connection),
      onContribution: (connection, contribution) => this.#onContribution(connection, contribution),
      onBadShape: (connection, about) => this.#dispatch(badShape(String(connection.id), about)),
      onEvaluated: (connection, evaluated) => {
        if (evaluated.term === this.#run.term) this.#dispatcher.taken(connection, evaluated.step);
        this.#dispatch({ type: 'worker-heard', worker: String(connection.id) });
        this.#lending.answered(connection, evaluated);
      },
      onHeartbeat: (connection, { term, step, rowsDone }) => {
        const worker = String(connection.id);
        if (term !== this.#run.term) return this.#dispatch({ type: 'worker-heard', worker });
        this.#dispatcher.taken(connection, step);
        this.#dispatch({ type: 'heartbeat-received', worker, step, rowsDone });
      },
      onLeft: (connection, reason) => this.#onLeft(connection, reason),
    });
  }

  /** Time passed, `tickMicros` of it: deadlines and silences are looked at. */
  tick(): void {
    this.#dispatcher.tick();
    this.#lending.supplyAll();
    for (const connection of this.#connections.values()) connection.tick();
    if (!this.#isOver) this.#listen();
    this.#dispatch({ type: 'tick' });
  }

  /** Holds the run once the step in flight is committed, until `resume`. */
  pause(by: Holder = 'administrator'): void {
    if (!this.#isOver) this.#holds.hold(by);
  }

  /** Goes on, unless somebody else holds it too. */
  resume(by: Holder = 'administrator'): void {
    this.#holds.release(by);
  }

  /** Writes a checkpoint of the committed weights, between two that are due. */
  checkpoint(): void {
    if (!this.#isOver) this.#checkpoint();
  }

  /** Ends the connection of a worker: with `refused` it does not come back. */
  dismiss(worker: string, { code, reason }: Pick<CloseCode, 'code' | 'reason'>): void {
    this.#connections.get(worker)?.channel.close(code, reason);
  }

  /** Abandons the step in flight and ends the run, to be resumed. */
  stop(reason: string): void {
    this.#holds.releaseAll();
    this.#dispatch({ type: 'stop-requested', reason });
  }

  /** Looks for signs of those who have sent no whole message for a while. */
  #listen(): void {
    const quietSince = this.#setup.now() - this.#setup.config.silenceMicros / 2;
    for (const worker of this.#signs.heard(this.#state.workers, this.#connections, quietSince))
      this.#dispatch({ type: 'worker-heard', worker });
  }

  #onJoined(connection: WorkerConnection): void {
    const worker = String(connection.id);
    const taken = new Set([...this.#connections.values()].map(({ name }) => name));
    connection.name = distinctName(connection.name, taken);
    this.#connections.set(worker, connection);
    // Who comes in when the run is over is told so, with everybody else or at once.
    if (this.#isOver) return this.#sayGoodbye?.(connection);
    const { name, kind, engine, backend, threads } = connection;
    this.#setup.notify({
      type: 'worker-joined',
      id: worker,
      worker: name,
      kind,
      engine: `${engine}, ${backend}`,
      backend,
      threads,
      workers: this.#connections.size,
    });
    this.#run.timeline?.joined(worker, name);
    // A tab computes where its socket is: it sends nothing meanwhile.
    this.#dispatch({ type: 'worker-joined', worker, name, beatsAtWork: kind !== 'tab' });
    this.#lending.supplyAll();
  }

  #onLeft(connection: WorkerConnection, reason: string): void {
    const worker = String(connection.id);
    this.#dispatcher.forget(connection);
    this.#lending.left(connection);
    if (!this.#connections.delete(worker) || this.#isOver) return;
    this.#setup.notify({
      type: 'worker-left',
      id: worker,
      worker: connection.name,
      reason,
      workers: this.#connections.size,
    });
    this.#dispatch({ type: 'worker-left', worker, reason });
  }

  #onContribution(connection: WorkerConnection, contribution: Contribution): void {
    const { term, step, span, rowCount, computeMicros } = contribution;
    if (term === this.#run.term) this.#dispatcher.taken(connection, step);
    const isCurrent = step === this.#state.step && term === this.#run.term;
    const first = isCurrent ? this.#reducer.kept(span) : undefined;
    const facts = verifyContribution(this.#run.trainer.backend, contribution, first);
    const worker = String(connection.id);
    this.#run.timeline?.answered({ worker, step, span, at: this.#setup.now() }, computeMicros);
    const event = { worker, term, step, span, rowCount, computeMicros, ...facts };
    const { channel } = connection;
    this.#dispatch({ type: 'contribution-received', ...event }, { contribution, channel });
    this.#lending.supplyAll();
  }

  /** Effects may bring further events: they wait until the effects of this one are done. */
  #dispatch(body: EventBody, received?: Received): void {
    this.#queue.push({ event: { ...body, now: this.#setup.now() }, received });
    if (this.#isPerforming) return;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#received = next.received;
      this.#performAll(transition(this.#setup.config, this.#state, next.event));
    }
  }

  #performAll({ state, effects }: Transition): void {
    this.#state = state;
    this.#isPerforming = true;
    for (const effect of effects) this.#perform(effect);
    this.#isPerforming = false;
  }

  #perform(effect: RunEffect): void {
    const { trainer } = this.#run;
    switch (effect.type) {
      case 'send-weights':
        for (const worker of effect.workers) {
          const connection = this.#connections.get(worker);
          if (connection !== undefined) this.#dispatcher.sendWeights(connection, effect.step);
        }
        return;
      case 'send-lease': {
        const { worker, step, span, purpose } = effect;
        const connection = this.#connections.get(worker);
        if (connection === undefined) return;
        this.#run.timeline?.leased({ worker, step, span, at: this.#setup.now() });
        this.#dispatcher.sendLease(connection, step, span, purpose);
        return this.#setup.watch?.({ type: 'lease', worker, step, span });
      }
      case 'standby': {
        const { worker, ...message } = effect;
        this.#connections.get(worker)?.send({ term: this.#run.term, ...message });
        return;
      }
      case 'keep-contribution':
        return this.#keep(effect.span, this.#received!);
      case 'drop-contribution':
        if (this.#received !== undefined) this.#drop(this.#received);
        return;
      case 'verdict':
        return this.#answer(effect);
      case 'recompute-span': {
        const { gradient, lossSum } = trainer.compute(effect.span);
        const isFinite = Number.isFinite(lossSum) && trainer.backend.isFinite(gradient);
        this.#dispatch({ type: 'span-recomputed', step: effect.step, span: effect.span, isFinite });
        return;
      }
      case 'commit-step':
        return this.#commit(effect.step);
      case 'checkpoint':
        return this.#checkpoint();
      case 'close-worker': {
        const { code, reason } = CLOSE_OF[effect.cause];
        this.#connections.get(effect.worker)?.channel.close(code, reason);
        return;
      }
      case 'announce':
        return this.#announce(effect.event);
      case 'finish':
        return this.#finish(effect);
    }
  }

  #keep(span: Span, received: Received): void {
    const { gradient, lossSum, checksum } = received.contribution;
    this.#reducer.keep(span, { gradient, lossSum, checksum, release: () => this.#drop(received) });
  }

  /** Nobody looks at its gradient any more. */
  #drop({ contribution, channel }: Received): void {
    channel.recycle(contribution.gradient.buffer);
  }

  #answer({ worker, step, span, verdict, reason }: Extract<RunEffect, { type: 'verdict' }>): void {
    const { term } = this.#run;
    const why = reason === undefined ? {} : { reason };
    this.#connections.get(worker)?.send({ type: 'verdict', term, step, span, verdict, ...why });
    const { checksum, rowCount, computeMicros } = this.#received?.contribution ?? {};
    const facts = { worker, step, span, checksum, verdict, ...why, rowCount, computeMicros };
    this.#setup.journal.append({ term, type: 'verdict', ...facts });
  }

  #commit(step: number): void {
    const { trainer } = this.#run;
    const sum = this.#run.timed('reduce', () => this.#reducer.reduce(trainer.rootOfStep()));
    const isFinite = this.#run.commit(sum);
    this.#reducer.clear();
    if (!isFinite) return this.#dispatch({ type: 'step-diverged', step });
    const checksum = this.#weights.checksumFor(step + 1);
    if (this.#run.isCheckpointDue()) this.#checkpoint();
    const committed = (): void =>
      this.#dispatch({ type: 'step-committed', step, checksum, isLast: this.#run.earlyEnd !== undefined });
    const goOn = (): void =>
      this.#run.afterBacklog(committed, (error) => this.#settle(Promise.reject(error)));
    if (!this.#holds.keep(goOn)) goOn();
  }

  #checkpoint(): void {
    const { term, trainer } = this.#run;
    const { step } = trainer;
    void this.#run.checkpoint().then((file) => {
      const type = file === undefined ? 'checkpoint-failed' : 'checkpoint';
      this.#setup.journal.append({ term, type, step });
    });
  }

  #announce(event: Extract<RunEffect, { type: 'announce' }>['event']): void {
    const { kind, ...facts } = event;
    this.#setup.journal.append({ term: this.#run.term, type: kind, ...facts });
    if (event.kind === 'contribution-mismatch') this.#run.disagree(event.step);
    const isFirst = event.kind === 'step-started' && event.step === this.#setup.config.firstStep;
    if (isFirst) this.#run.begin();
    if (event.kind === 'spans-leased' && event.purpose === 'dealt') this.#dispatcher.sendAhead(event.step);
    const notice = noticeOf(event, (worker) => this.#connections.get(worker)?.name ?? worker);
    if (notice !== undefined) this.#setup.notify(notice);
  }

  #finish({ reason, detail }: Extract<RunEffect, { type: 'finish' }>): void {
    this.#isOver = true;
    this.#reducer.clear();
    this.#settle(this.#end(reason, detail ?? 'stopped'));
  }

  async #end(reason: FinishReason, detail: string): Promise<RunEnd> {
    const run = this.#run;
    const ends = {
      completed: () => run.complete(),
      diverged: () => run.diverge(),
      stopped: () => run.stop(detail),
    };
    const end = await ends[reason]();
    const { weightsSha256 } = end;
    const { term } = run;
    const { step } = run.trainer;
    this.#setup.journal.append({ term, type: 'finished', reason, step, weightsSha256 });
    this.#sayGoodbye = (connection) => {
      // A run that was stopped goes on later: its workers are to come back, so they are not told that it is over.
      const isLast = reason !== 'stopped';
      if (isLast) connection.send({ type: 'finished', reason, step, weightsSha256 });
      const { code, reason: text } = isLast ? CLOSE_CODES.done : CLOSE_CODES.goingAway;
      connection.channel.close(code, text);
    };
    for (const connection of this.#connections.values()) this.#sayGoodbye(connection);
    return end;
  }
}
