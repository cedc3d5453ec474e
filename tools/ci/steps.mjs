/**
 * One of the machines that `npm run bare` tries: the oldest Debian and Node that are promised. It installs and trains; the tests, which
 * have just been run here, are run there too by `npm run bare` alone.
 */
const bareMachine = ['--suite', 'bookworm', '--node', '20', '--user', 'root', '--no-test', '--offline'];

/**
 * What continuous integration runs after the packages' tests. Each step is a script of this repository that writes its
 * results, in the form that `Results` in summary.mjs names, to the file given to it with `--results`; they count in the
 * closing line like tests.
 * @type {readonly { name: string, script: string, args: readonly string[] }[]}
 */
export const steps = [
  { name: 'kernels', script: 'tools/kernels/build-wasm.mjs', args: [] },
  { name: 'golden', script: 'tools/run.mjs', args: ['golden/main', '--ci'] },
  { name: 'simulation', script: 'tools/run.mjs', args: ['simulate/main', '--seconds', '60'] },
  { name: 'chaos', script: 'tools/run.mjs', args: ['chaos/main'] },
  { name: 'bare', script: 'tools/run.mjs', args: ['ci/bare', ...bareMachine] },
  { name: 'sabotage', script: 'tools/run.mjs', args: ['sabotage/main'] },
];
