import path from 'node:path';
import type { Bundles } from '../bundles.ts';
import { missingProgram } from '../debian-packages.ts';
import { arm32, arm64, nodeOnArm, nodeOnArm32, type Emulator } from '../emulator.ts';
import type { Engine } from '../engine.ts';
import { installPackage, programOf, type NpmPackage } from '../npm-package.ts';
import { findingsOf, outputOf, type Program } from '../run-program.ts';

/** What is different among engines with a command line. */
interface CommandLineEngine {
  readonly name: string;
  readonly title: (version?: string) => string;
  readonly npm?: NpmPackage;
  /** What comes before the program, to run it on another processor. */
  readonly emulator?: Emulator;
  /** Arguments before the module. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly known?: Engine['known'];
}

const platform = process.platform === 'win32' ? 'win' : process.platform;
const nodePackage = (major: number): NpmPackage => ({
  name: `node-${platform}-${process.arch}`,
  major,
  program: platform === 'win' ? 'bin/node.exe' : 'bin/node',
});
const bunPackage: NpmPackage = {
  name: `@oven/bun-${platform === 'win' ? 'windows' : platform}-${process.arch === 'arm64' ? 'aarch64' : 'x64'}`,
  major: 1,
  program: platform === 'win' ? 'bin/bun.exe' : 'bin/bun',
};
const denoPackage: NpmPackage = {
  name: `@deno/${process.platform}-${process.arch}${platform === 'linux' ? '-glibc' : ''}`,
  major: 2,
  program: platform === 'win' ? 'deno.exe' : 'deno',
};

const engines: readonly CommandLineEngine[] = [
  { name: 'node', title: (version = process.versions.node) => `Node ${version} (V8)` },
  { name: 'node-22', title: (version = '22') => `Node ${version} (V8)`, npm: nodePackage(22) },
  { name: 'node-24', title: (version = '24') => `Node ${version} (V8)`, npm: nodePackage(24) },
  { name: 'bun', title: (version = '1') => `Bun ${version} (JavaScriptCore)`, npm: bunPackage },
  {
    name: 'deno',
    title: (version = '2') => `Deno ${version} (V8)`,
    npm: denoPackage,
    args: ['run', '--no-config', '--no-remote', '--no-prompt'],
    env: { DENO_NO_UPDATE_CHECK: '1' },
  },
  {
    name: 'node-arm64',
    title: (version = '20') => `Node ${version} on emulated 64-bit ARM (V8)`,
    npm: nodeOnArm,
    emulator: arm64,
  },
  {
    name: 'node-arm32',
    title: (version = '20') => `Node ${version} on emulated 32-bit ARM (V8)`,
    npm: nodeOnArm32,
    emulator: arm32,
    known: {
      backends: ['wasm', 'wasm, shared memory'],
      why: 'V8 flushes subnormals in the vectors of 32-bit ARM',
    },
  },
];

/** The engines that run the workload as a program runs a script. */
export const commandLineEngines = (bundles: () => Bundles): Engine[] =>
  engines.map((engine) => commandLineEngine(engine, () => path.join(bundles().folder, 'command-line.mjs')));

function commandLineEngine(engine: CommandLineEngine, module: () => string): Engine {
  const { name, title, npm, emulator, args = [], env, known } = engine;
  const run = (...rest: string[]): Program => {
    const program = npm === undefined ? process.execPath : programOf(npm);
    const line = emulator === undefined ? [program] : [emulator.program, ...emulator.args, program];
    return { file: line[0]!, args: [...line.slice(1), ...rest], ...(env !== undefined && { env }) };
  };
  return {
    name,
    title,
    isInCi: true,
    ...(known !== undefined && { known }),
    debianPackages: emulator?.debianPackages ?? [],
    missing: () => emulator && missingProgram(emulator.program, emulator.debianPackages),
    ...(npm !== undefined && { prepare: () => installPackage(npm) }),
    run: async () => ({
      version: versionIn(await outputOf(run('--version'))),
      threads: [{ thread: '', findings: await findingsOf(run(...args, module())) }],
    }),
  };
}

/** The first version number that `--version` prints. */
const versionIn = (text: string): string => /\d+(?:\.\d+)+/.exec(text)?.[0] ?? 'unknown';
