import type { Span } from '@lockstep/data';
import type { WorkerId } from './ids.ts';

/** Where a worker runs: its own process, or a volunteer's browser tab. */
export const WORKER_KINDS = ['process', 'tab'] as const;
export type WorkerKind = (typeof WORKER_KINDS)[number];

/** The coordinator's answers to a contribution. */
export const VERDICTS = ['accepted', 'duplicate', 'stale', 'not-leased', 'mismatch', 'invalid'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a contribution is `invalid`. */
export const INVALID_REASONS = [
  /** Not as many elements as the run's weights, or wrong tensors. */
  'bad-shape',
  /** The row count is not that of the span. */
  'row-count',
  /** A NaN or an infinity where the coordinator's own computation is finite. */
  'non-finite',
  /** The gradient's bytes do not have the checksum sent with them. */
  'checksum',
] as const;
export type InvalidReason = (typeof INVALID_REASONS)[number];

/** Why a worker is not let in. */
export const REFUSAL_CODES = [
  'protocol-version',
  'contract',
  'golden-digest',
  'token',
  /** As many workers as the coordinator takes are connected. */
  'full',
  /** Too many invalid contributions. */
  'excluded',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why a worker is given nothing of a step. */
export const STANDBY_REASONS = [
  /** As many workers take part as may; it takes over when one of them leaves. */
  'full',
  /** Its answer to a span that another computed is to show how fast it is. */
  'measuring',
  /** It is still busy with an earlier span. */
  'behind',
  /** The others are done before its gradient could be there. */
  'slow-line',
  /** The others are done before it could have computed it. */
  'slow-computing',
  /** The others are as fast without it. */
  'not-needed',
] as const;
export type StandbyReason = (typeof STANDBY_REASONS)[number];

/** How a run ended. */
export const FINISH_REASONS = ['completed', 'diverged', 'stopped'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** One span of one step in one term: what a lease, a contribution and a verdict are about. */
export interface SpanReference {
  /** The coordinator's start that this belongs to. */
  readonly term: number;
  readonly step: number;
  readonly span: Span;
}

/** One part of an evaluation of the weights that `step` starts from. */
export interface PartReference {
  readonly term: number;
  readonly step: number;
  /** Its number among those of the evaluation. */
  readonly part: number;
}

/** The first message of a connection: who computes, under which contract. */
export interface Hello {
  readonly type: 'hello';
  /** `PROTOCOL_VERSION` of the sender. */
  readonly protocol: number;
  /** Name of the sender's exactness contract. */
  readonly contract: string;
  /** sha256 of the golden computation on the sender's backend, 64 hex digits. */
  readonly goldenDigest: string;
  /** For people. Hostile until it went through `cleanName`. */
  readonly name: string;
  readonly kind: WorkerKind;
  /** What runs it, for people: "node 20.20", "Chromium 140". */
  readonly engine: string;
  /** The backend that computes, for people: "wasm simd128". */
  readonly backend: string;
  readonly threads: number;
  /** The run's secret, when the coordinator asks for one. */
  readonly token?: string;
}

/** The sums of one span's rows. */
export interface Contribution extends SpanReference {
  readonly type: 'contribution';
  readonly rowCount: number;
  /** Time spent computing, in microseconds, measured by the worker. */
  readonly computeMicros: number;
  /** Checksum of the gradient's bytes, 16 hex digits. */
  readonly checksum: string;
  /** Sum of the losses of the span's rows, float64. */
  readonly lossSum: number;
  /** [parameterCount] sum over the span's rows, laid out as the weights. */
  readonly gradient: Float32Array;
}

/** What the network says of the rows of an `evaluate`. */
export interface EvaluatedMessage extends PartReference {
  readonly type: 'evaluated';
  readonly rowCount: number;
  readonly computeMicros: number;
  /** [rows, outputs] row-major, before anything is made of them. */
  readonly outputs: Float32Array;
}

/** The worker goes away on purpose. */
export interface Leave {
  readonly type: 'leave';
  readonly reason: string;
}

/** The worker is alive, and how far it is; a protocol ping proves neither. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly term: number;
  /** The step of the newest weights it has; 0 before the first. */
  readonly step: number;
  /** Rows of that step whose gradients it has computed, sent already or not. */
  readonly rowsDone: number;
}

/** Worker -> coordinator. */
export type WorkerMessage = Hello | Contribution | EvaluatedMessage | Leave | Heartbeat;

/** The worker is let in. */
export interface Welcome {
  readonly type: 'welcome';
  readonly protocol: number;
  readonly contract: string;
  readonly goldenDigest: string;
  readonly term: number;
  readonly worker: WorkerId;
  /** Name of the run. */
  readonly run: string;
  /** The run's configuration as JSON text, at most `MAX_CONFIG_BYTES` of UTF-8; its own room parses and checks it. */
  readonly configJson: string;
}

/** The weights that gradients of `step` are computed against. */
export interface Weights {
  readonly type: 'weights';
  readonly term: number;
  readonly step: number;
  /** Checksum of the weights' bytes, 16 hex digits. */
  readonly checksum: string;
  /** [parameterCount] */
  readonly weights: Float32Array;
}

/** The rows of a span, before any lease that needs them: those of the next step travel while this one is computed. */
export interface RowsMessage extends SpanReference {
  readonly type: 'rows';
  readonly rowCount: number;
  /** [rowCount, featureCount] row-major, in the dataset's own type. */
  readonly rows: Uint8Array;
  /** What the rows are to come to: [rowCount] the class of each; in a run on labels or numbers [rowCount, width] of them. */
  readonly labels: Uint8Array | Float32Array;
}

/** What a worker's answer to a lease is for: a part of the step, or to be compared with an answer that counted already. */
export const ANSWER_PURPOSES = ['step', 'check'] as const;
export type AnswerPurpose = (typeof ANSWER_PURPOSES)[number];

/** A span to compute: one whose rows were sent, or a part of one. */
export interface LeaseMessage extends SpanReference {
  readonly type: 'lease';
  readonly purpose: AnswerPurpose;
  readonly rowCount: number;
}

/** Rows to say the outputs of, with the weights of `step` that came last. Who leaves it unanswered holds nobody up for long. */
export interface EvaluateMessage extends PartReference {
  readonly type: 'evaluate';
  readonly rowCount: number;
  /** [rowCount, featureCount], as those of `rows`; what they should come to is no business of the worker's. */
  readonly rows: Uint8Array;
}

/** From `step` on the worker is given nothing but finished spans to check, until it is again. */
export interface Standby {
  readonly type: 'standby';
  readonly term: number;
  readonly step: number;
  readonly reason: StandbyReason;
  /** Microseconds it is predicted to need for the least it could be given; 0 where that is not known. */
  readonly neededMicros: number;
  /** Microseconds that the others are predicted to need for the step. */
  readonly stepMicros: number;
}

/** The answer that every contribution gets. */
export interface VerdictMessage extends SpanReference {
  readonly type: 'verdict';
  readonly verdict: Verdict;
  /** Present exactly when the verdict is `invalid`. */
  readonly reason?: InvalidReason;
}

/** The worker is not let in; the coordinator closes the connection after it. */
export interface Refused {
  readonly type: 'refused';
  readonly code: RefusalCode;
  /** For people: what differs, and what to do. */
  readonly detail: string;
}

/** The run is over. */
export interface Finished {
  readonly type: 'finished';
  readonly reason: FinishReason;
  /** Committed steps. */
  readonly step: number;
  /** sha256 of the final weights as float32 little-endian bytes in layout order, 64 hex digits. */
  readonly weightsSha256: string;
}

/** Coordinator -> worker. */
export type CoordinatorMessage =
  | Welcome
  | Weights
  | RowsMessage
  | LeaseMessage
  | EvaluateMessage
  | Standby
  | VerdictMessage
  | Refused
  | Finished;
