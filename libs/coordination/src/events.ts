import type { Span } from '@lockstep/data';

/** Names one connection. The shell never gives the same id twice in a term: who reconnects is a new worker. */
export type WorkerId = string;

/** What the shell found when it read a contribution's bytes. */
export type ContributionCheck = 'ok' | 'bad-shape' | 'checksum' | 'non-finite';

interface WorkerJoined {
  readonly type: 'worker-joined';
  readonly worker: WorkerId;
  /** For people. */
  readonly name: string;
}

interface WorkerLeft {
  readonly type: 'worker-left';
  readonly worker: WorkerId;
  readonly reason: string;
}

interface ContributionReceived {
  readonly type: 'contribution-received';
  readonly worker: WorkerId;
  readonly term: number;
  readonly step: number;
  readonly span: Span;
  /** Rows the worker says it summed. */
  readonly rowCount: number;
  readonly check: ContributionCheck;
  /** When the shell keeps a contribution of this span already: whether this one has the same bits. */
  readonly matchesFirst?: boolean;
  /** What the worker says the span took it; bounded here by the time the lease was out. */
  readonly computeMicros: number;
}

/** The shell's answer to `recompute-span`. */
interface SpanRecomputed {
  readonly type: 'span-recomputed';
  readonly step: number;
  readonly span: Span;
  /** Whether every number of the shell's own sum is finite. */
  readonly isFinite: boolean;
}

/** The shell's answer to `commit-step`: the weights have taken the step. */
interface StepCommitted {
  readonly type: 'step-committed';
  readonly step: number;
  /** Of the new weights; passed on to the journal. */
  readonly checksum: string;
}

/** The shell's other answer to `commit-step`: the mean gradient or the new weights are not finite. */
interface StepDiverged {
  readonly type: 'step-diverged';
  readonly step: number;
}

/** Time passes; deadlines are looked at here only. */
interface Tick {
  readonly type: 'tick';
}

interface StopRequested {
  readonly type: 'stop-requested';
  readonly reason: string;
}

/** What happened outside, at `now`: integer microseconds of a monotonic clock with any origin. */
export type RunEvent = { readonly now: number } & (
  | WorkerJoined
  | WorkerLeft
  | ContributionReceived
  | SpanRecomputed
  | StepCommitted
  | StepDiverged
  | Tick
  | StopRequested
);

export type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;
