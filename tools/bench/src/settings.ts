/** What turned out to be the fastest way to run the peers here. */
export interface Settings {
  /** OPENBLAS_CORETYPE: whose kernels OpenBLAS takes; as it chooses, when undefined. */
  readonly openBlasCore?: string;
  /** MKL_ENABLE_INSTRUCTIONS: the widest kernels that the MKL inside PyTorch takes; as it chooses, when undefined. */
  readonly torchKernels?: string;
  /** How its weights lie: as `torch.nn.Linear` keeps them, [outputs, inputs], or `transposed`, [inputs, outputs]. */
  readonly torchLayout?: string;
  /** How its optimizer steps: as it chooses, or `fused` or `foreach`. */
  readonly torchUpdate?: string;
  /** OMP_WAIT_POLICY: how PyTorch's threads wait for each other. */
  readonly torchWait?: string;
}

const VARIABLE = 'BENCH_SETTINGS';

/** The settings that bench/main has found so far; in a contender's process, those it was started with. */
export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings =>
  JSON.parse(env[VARIABLE] ?? '{}') as Settings;

/** `env`, so that a process started with it reads `settings`. */
export const withSettings = (
  settings: Settings,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv => ({
  ...env,
  [VARIABLE]: JSON.stringify(settings),
});
