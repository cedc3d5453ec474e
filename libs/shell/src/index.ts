export { InlineEvaluator, type EvaluationTask, type Evaluator } from './evaluator.ts';
export { trainLocally, type LocalControl } from './local-run.ts';
export type { LastCheckpoint, LastResort } from './last-checkpoint.ts';
export { MESSAGE_ALLOWANCES } from './message-budget.ts';
export { Run, type CheckpointStore, type RunEnd, type RunSetup } from './run.ts';
export { Shell } from './shell.ts';
export type { JournalSink, ShellSetup } from './shell-setup.ts';
export { Trainer, type LoadedDataset } from './trainer.ts';
export { WorkerConnection, type Door } from './worker-connection.ts';
