/**
 * What a run is, and what a user may say about it. `RunConfig` is everything that the bits of a run follow from, and nothing else; two
 * runs with equal ones end with equal weights. Ports, folders, threads and worker counts are options and not in it.
 *
 * The options of each command are tables (`trainOptions`, `workerOptions`, ...): flag, environment variable, key of a file, default,
 * bounds and help in one place. `resolveOptions` layers them, strongest first, and tells where each value came from. Beside them:
 * checks of JSON that came from elsewhere, exit statuses and the errors that carry them, and the messages between `train` and the
 * processes it starts.
 *
 * For every package above `nn`. It promises that what it returns is in range, or throws an error that names the field or flag and its
 * remedy. It reads no file, argument list or environment: it is given them. `./testing` makes up configurations for tests.
 */

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
export { givenModel, modelSettings, type ReadText } from './given-model.ts';
export type { Option } from './option.ts';
export { givenOptimizer } from './optimizer-options.ts';
export {
  backendOption,
  benchOptions,
  coordinatorOptions,
  dashboardOptions,
  evaluateOptions,
  formatOption,
  healthOptions,
  summaryOptions,
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
export { parseRunConfig, parseRunConfigJson, workerConfigOf, type RunConfig } from './run-config.ts';
export { stepsPerEpochOf } from './steps-per-epoch.ts';
export { BOUNDS, parseWorkerConfigJson, type WorkerConfig } from './worker-config.ts';
export type {
  BenchLaunch,
  ChildMessage,
  CoordinatorLaunch,
  DashboardLaunch,
  FinishedFigures,
  WorkerLaunch,
} from './launch.ts';
export { shownAddress, withoutSecrets } from './shown-address.ts';
export { decodeText } from './text-file.ts';
export { describeCertificateFault, type CertificateError } from './certificate-fault.ts';
export { checkedToken, tokenIn, whyNoToken } from './token.ts';
