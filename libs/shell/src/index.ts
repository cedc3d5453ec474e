/**
 * The driver around `coordination`: what a coordinator does with connections, weights and sums, without a socket, a clock or a disk of
 * its own, so that the simulation runs this same code. `Shell` turns what workers send into events and carries the effects out, in
 * order; `Trainer` holds the committed weights and takes the optimizer's step; `Run` is what is common to every run: evaluation,
 * checkpoints, the end. `trainLocally` is the same run in one process, the oracle of all others.
 *
 * For `apps/coordinator` and `simulation`, which bring the surroundings as arguments: channels, time, a journal, places for
 * checkpoints.
 *
 * It promises that a step is committed before it is broadcast, that contributions are added up the fixed tree whatever order they come
 * in, that what waits for a slow reader is bounded, and that the last weights are kept somewhere or their loss is said. It deals no
 * span: that is `coordination`'s.
 */

export {
  evaluationRowsOf,
  InlineEvaluator,
  type EvaluationTask,
  type Evaluator,
  type JudgedRows,
} from './evaluator.ts';
export { sweepConfigOf, sweepRates, type RateSweep } from './find-rate.ts';
export { trainLocally, type LocalControl } from './local-run.ts';
export type { LastCheckpoint, LastResort } from './last-checkpoint.ts';
export { MESSAGE_ALLOWANCES } from './message-budget.ts';
export { Run } from './run.ts';
export type { CheckpointStore, RunEnd, RunSetup } from './run-setup.ts';
export { Shell } from './shell.ts';
export type { JournalSink, ShellSetup } from './shell-setup.ts';
export { Trainer, type LoadedDataset } from './trainer.ts';
export { WorkerConnection, type Door } from './worker-connection.ts';
