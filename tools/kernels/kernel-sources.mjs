/** What the WebAssembly kernels are made of: the sources in libs/math/assembly, the compiler and its flags. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export const mathFolder = path.join(root, 'libs/math');
export const assemblyFolder = path.join(mathFolder, 'assembly');
export const compilerFolder = path.join(import.meta.dirname, 'compiler');

/** The committed digests, a line each: of the modules, and of what they are made of (`sources`). */
export const digestFile = path.join(mathFolder, 'kernels.sha256');

const COMMON_FLAGS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--importMemory',
  '--noExportMemory',
  '--maximumMemory=65536',
  '--use=abort=',
];
const SHARED_FLAGS = ['--sharedMemory', '--enable=threads'];

/**
 * The builds, each written to a module of its own, for a memory of one's own and for a shared one.
 * @type {readonly { name: 'simd' | 'scalar', own: readonly string[], shared: readonly string[] }[]}
 */
export const builds = [
  { name: /** @type {const} */ ('simd'), flags: ['--enable=simd', '--disable=relaxed-simd'] },
  { name: /** @type {const} */ ('scalar'), flags: ['--disable=simd', '--disable=relaxed-simd'] },
].map(({ name, flags }) => ({
  name,
  own: [...COMMON_FLAGS, ...flags],
  shared: [...COMMON_FLAGS, ...flags, ...SHARED_FLAGS],
}));

/** The committed module of a build. @param {string} name */
export const moduleFileOf = (name) => path.join(mathFolder, 'src/wasm', `kernels-${name}.generated.ts`);

/** @param {Uint8Array | string} bytes */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The digest of everything the modules' bytes follow from. Line ends are those of the repository, whatever the checkout's. */
export function digestOfSources() {
  const files = readdirSync(assemblyFolder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => [file, readFileSync(path.join(assemblyFolder, file), 'utf8').replaceAll('\r\n', '\n')]);
  const { dependencies } = JSON.parse(readFileSync(path.join(compilerFolder, 'package.json'), 'utf8'));
  return sha256(JSON.stringify({ files, dependencies, builds }));
}
