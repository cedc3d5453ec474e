/** What can go wrong in a simulated run, besides what misbehaving workers and strangers do. */
export const FAULT_KINDS = [
  /** A worker's connections break; what is on its way is lost. */
  'connection-reset',
  /** Nothing passes between a worker and the coordinator, in both directions, or in one. */
  'black-hole',
  'black-hole-up',
  'black-hole-down',
  /** Several workers at once are cut off. */
  'partition',
  /** A worker's line has little bandwidth and a long, uneven latency for a while. */
  'slow-line',
  /** kill -9; another process takes its place after a while. */
  'worker-killed',
  /** Its machine is gone without a word, and back after a while. */
  'worker-power-lost',
  /** SIGSTOP, and SIGCONT after a while. */
  'worker-stopped',
  /** Its computing threads hang for a while; its socket's thread goes on. */
  'worker-hung',
  /** It computes ten times slower for a while. */
  'worker-slow',
  /** It says goodbye, and comes back after a while. */
  'worker-left',
  'coordinator-killed',
  'coordinator-killed-writing',
  'coordinator-power-lost',
  'coordinator-stopped',
  /** SIGTERM: it stops in good order, and is started again. */
  'coordinator-terminated',
  'disk-full',
  'disk-slow',
  /** A bit of a checkpoint changes on the disk; of the newest one, while the coordinator is gone. */
  'checkpoint-damaged',
  'coordinator-killed-damaged',
  /** Somebody moves the clock on the wall by up to an hour, either way. */
  'clock-jumped',
  /** Somebody connects who is no worker of this run. */
  'stranger',
  /** There is no room when the run ends: its last checkpoint waits, or goes elsewhere. */
  'disk-full-at-end',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a misbehaving worker does to its contributions. */
export const MISDEEDS = [
  'sent-twice',
  'sent-late',
  'not-leased',
  'of-the-future',
  'of-another-term',
  'bad-shape',
  'wrong-row-count',
  'damaged-tensor',
  'damaged-header',
  'not-finite',
  /** The right answer, then another one for the same span, with other finite bits and the checksum that belongs to them. */
  'other-bits',
  /** Valid messages, many more than anybody asked for. */
  'flood-of-heartbeats',
  'flood-of-duplicates',
] as const;
export type Misdeed = (typeof MISDEEDS)[number];

/** What strangers do. */
export const STRANGERS = [
  'says-nothing',
  'sends-garbage',
  'has-no-token',
  'has-other-bits',
  'speaks-another-contract',
  'contributes-first',
] as const;
export type StrangerKind = (typeof STRANGERS)[number];

/** How many faults of each kind were injected. */
export type FaultCounts = Readonly<Record<string, number>>;
