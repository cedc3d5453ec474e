/** What kept a worker from its coordinator. */
export type FailureKind =
  | 'closed-port'
  | 'unknown-name'
  | 'time-out'
  | 'unreachable'
  | 'cut'
  | 'busy'
  | 'certificate'
  | 'tls'
  | 'scheme'
  | 'answer'
  | 'not-lockstep';

/** Those that time may mend: the coordinator starts later, its name comes with its container, a proxy is loaded again. */
const PASSING: ReadonlySet<FailureKind> = new Set([
  'closed-port',
  'unknown-name',
  'time-out',
  'unreachable',
  'cut',
  'busy',
]);

/** Why no connection came about: a cause and a remedy, in one line and without a secret. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  /** Whether somebody has to do something: waiting alone mends nothing. */
  get isLasting(): boolean {
    return !PASSING.has(this.kind);
  }
}
