/**
 * Two of the machines that `npm run bare` tries, all of which take an hour: on the oldest Debian and Node that are promised it installs
 * and trains, with a network and without; as an ordinary user, with a newer Node, it runs the tests too.
 */
const bareStart = ['--suite', 'bookworm', '--node', '20', '--user', 'root', '--no-test', '--offline'];
const bareTests = ['--suite', 'bookworm', '--node', '24', '--user', 'ordinary'];

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
  { name: 'bare-start', script: 'tools/run.mjs', args: ['ci/bare', ...bareStart] },
  { name: 'bare-tests', script: 'tools/run.mjs', args: ['ci/bare', ...bareTests] },
  { name: 'sabotage', script: 'tools/run.mjs', args: ['sabotage/main'] },
];
