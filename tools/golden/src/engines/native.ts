import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleNativeWorkload } from '../bundles.ts';
import { missingProgram } from '../debian-packages.ts';
import { arm64, nodeOnArm } from '../emulator.ts';
import type { Engine, EngineFindings } from '../engine.ts';
import { folderOf, installPackage, programOf, type NpmPackage } from '../npm-package.ts';
import { rootFolder } from '../paths.ts';
import { findingsOf, outputOf } from '../run-program.ts';

/** An instruction set that the kernels in C are built for. */
interface InstructionSet {
  readonly name: string;
  readonly title: string;
  /** Every processor of its architecture has it. */
  readonly isEverywhere: boolean;
}

const sse2: InstructionSet = { name: 'sse2', title: 'SSE2', isEverywhere: true };
const avx2: InstructionSet = { name: 'avx2', title: 'AVX2', isEverywhere: false };
const avx512: InstructionSet = { name: 'avx512', title: 'AVX-512', isEverywhere: false };
const neon: InstructionSet = { name: 'neon', title: 'NEON', isEverywhere: true };

const ofThisProcessor: Readonly<Record<string, readonly InstructionSet[]>> = {
  x64: [sse2, avx2, avx512],
  arm64: [neon],
};

const nativeRoom = path.join(rootFolder, 'libs/math-native');
const REPORT = 'native.json';

/** The kernels in C, once for each instruction set of this processor, and for ARM's on an emulated one. */
export const nativeEngines = (): Engine[] => [
  ...(ofThisProcessor[process.arch] ?? []).map(builtHere),
  ...(process.arch === 'arm64' ? [] : [neonEmulated]),
];

const builtHere = ({ name, title, isEverywhere }: InstructionSet): Engine => ({
  name: `native-${name}`,
  title: (version) => (version === undefined ? `C, ${title}` : `C, ${title} (${version})`),
  isInCi: true,
  debianPackages: ['gcc', 'libc6-dev'],
  missing: () =>
    existsSync(path.join(nativeRoom, 'dist', REPORT))
      ? undefined
      : 'the kernels are not built: npm run build',
  run: async () => {
    // Where Node finds the product's own koffi.
    const folder = path.join(rootFolder, 'node_modules/.cache/lockstep-tools/golden');
    const { version, threads } = await runNative(
      [process.execPath],
      folder,
      path.join(nativeRoom, 'dist'),
      name,
    );
    return { version, threads: isEverywhere ? threads : optional(threads) };
  },
});

/** A processor may lack the instruction set, and a compiler may be too old for it. */
const optional = (threads: EngineFindings['threads']): EngineFindings['threads'] =>
  threads.map(({ thread, findings }) => ({
    thread,
    findings: findings.map((finding) => ({ ...finding, isOptional: true })),
  }));

const koffiOnArm: NpmPackage = { name: 'koffi', major: 3, program: 'package.json', cpu: 'arm64' };
const CROSS_COMPILER = 'aarch64-linux-gnu-gcc';
const crossPackages = [...arm64.debianPackages, 'gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'];

/**
 * The product's own build script, loader and kernels, all on the emulated processor; only the compiler that the script calls runs
 * on this one.
 */
const neonEmulated: Engine = {
  name: 'native-neon',
  title: (version) => (version === undefined ? 'C, NEON, emulated' : `C, NEON, emulated (${version})`),
  isInCi: true,
  debianPackages: crossPackages,
  missing: () =>
    missingProgram(arm64.program, crossPackages) ?? missingProgram(CROSS_COMPILER, crossPackages),
  prepare: () => {
    installPackage(nodeOnArm);
    installPackage(koffiOnArm);
  },
  run: async () => {
    const node = [arm64.program, ...arm64.args, programOf(nodeOnArm)];
    const folder = folderOf(koffiOnArm);
    const built = path.join(folder, 'kernels');
    await outputOf({
      file: node[0]!,
      args: [...node.slice(1), path.join(nativeRoom, 'build.mjs'), '--out', built],
      env: { CC: CROSS_COMPILER },
    });
    return runNative(node, folder, built, neon.name);
  },
};

/**
 * Runs the workload on native kernels.
 * @param node the command line before the module
 * @param folder where the module is bundled to
 * @param built where the kernels lie, with the report of their build
 */
async function runNative(
  node: readonly string[],
  folder: string,
  built: string,
  instructionSet: string,
): Promise<EngineFindings> {
  mkdirSync(folder, { recursive: true });
  const module = path.join(folder, 'native-workload.mjs');
  await bundleNativeWorkload(module);
  const [file, ...args] = [...node, module, built];
  const findings = await findingsOf({ file, args, env: { LOCKSTEP_NATIVE: instructionSet } });
  return { version: compilerIn(built), threads: [{ thread: '', findings }] };
}

/** What built the kernels: "gcc 12.2.0". */
function compilerIn(built: string): string {
  const { compiler = '' } = JSON.parse(readFileSync(path.join(built, REPORT), 'utf8')) as {
    compiler?: string;
  };
  const [name = '', ...rest] = compiler.split(' ');
  const isGcc = /^(?:cc|.*gcc)$/.test(name) && !compiler.includes('clang');
  return `${isGcc ? 'gcc' : name} ${/\d+(?:\.\d+)+/.exec(rest.at(-1) ?? '')?.[0] ?? ''}`.trim();
}
