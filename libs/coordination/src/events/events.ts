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
  /** Whether its heartbeats go on while it computes; where they cannot, as in a browser tab, it may be silent that long. */
  readonly beatsAtWork: boolean;
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
  /** Of the gradient and the loss sum: two contributions of one span with different digests have different bits. */
  readonly digest: string;
  /** What the worker says the span took it; bounded here by the time the lease was out. */
  readonly computeMicros: number;
}

/** The worker says that it is there, and how far it is. */
interface HeartbeatReceived {
  readonly type: 'heartbeat-received';
  readonly worker: WorkerId;
  /** The step it has weights of. */
  readonly step: number;
  /** Rows of that step whose gradients it has computed, answered already or not. */
  readonly rowsDone: number;
}

/** Bytes of a message that is not whole yet came in: a sign of life of a worker on a slow line. */
interface WorkerHeard {
  readonly type: 'worker-heard';
  readonly worker: WorkerId;
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
  /** The run ends here, before its last step: an evaluation decided so. */
  readonly isLast?: boolean;
}

/** The shell's other answer to `commit-step`: the mean gradient or the new weights are not finite. */
interface StepDiverged {
  readonly type: 'step-diverged';
  readonly step: number;
}

/** Time passes, every `tickMicros`; deadlines and silences are looked at here only. */
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
  | HeartbeatReceived
  | WorkerHeard
  | SpanRecomputed
  | StepCommitted
  | StepDiverged
  | Tick
  | StopRequested
);

export type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;
