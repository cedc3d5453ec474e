export {
  type Check,
  type Checked,
  hex,
  integer,
  list,
  Mismatch,
  object,
  oneOf,
  text,
  variant,
} from './checks.ts';
export { CommandError, describeFailure, EXIT, exitOnSignal, type ExitCode } from './command-error.ts';
export { ConfigError, type ConfigErrorCode } from './config-error.ts';
export type { Option } from './option.ts';
export {
  backendOption,
  benchOptions,
  coordinatorOptions,
  dashboardOptions,
  formatOption,
  healthOptions,
  runOptions,
  trainOptions,
  workerOptions,
  workersOption,
  type CoordinatorOptions,
  type DashboardOptions,
  type OptionTable,
  type TrainOptions,
  type ValuesOf,
} from './options.ts';
export {
  environmentLayer,
  environmentName,
  fileLayer,
  resolveOptions,
  type OptionLayer,
  type OptionSource,
  type Resolved,
} from './resolve.ts';
export {
  BOUNDS,
  parseRunConfig,
  parseRunConfigJson,
  stepsPerEpochOf,
  workerConfigOf,
  type RunConfig,
} from './run-config.ts';
export type {
  BenchLaunch,
  ChildMessage,
  CoordinatorLaunch,
  DashboardLaunch,
  WorkerLaunch,
} from './launch.ts';
export { decodeText } from './text-file.ts';
