/**
 * Builds the native kernels into dist/, once for each instruction set of this machine's architecture. Without a C compiler, or when
 * it fails, it says so in one line and succeeds: Lockstep then computes in WebAssembly, with the same bits.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

const HELP = `Usage: node libs/math-native/build.mjs [--out DIR | --fingerprint]

Compiles libs/math-native/native with $CC, cc, gcc or clang, whichever is there first, into
libs/math-native/dist, which also says what was built and with what (native.json). The user's
CFLAGS and LDFLAGS count for nothing: they could change bits.

  --out DIR        build there instead
  --fingerprint    print only what the result depends on beside the sources: platform and compiler
  --help           print this
`;

/** The instruction sets of each architecture, and how a compiler is told; the first runs on every machine. */
const VARIANTS = {
  x64: {
    sse2: ['-march=x86-64'],
    avx2: ['-march=x86-64', '-mavx2'],
    avx512: [
      ...['-march=x86-64', '-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw'],
      '-mprefer-vector-width=512',
    ],
  },
  arm64: { neon: ['-march=armv8-a'] },
};

/** Contract exact-1, section 5: nothing fused, nothing reordered, no silent change of precision. */
const FLAGS = [
  ...['-std=c11', '-O3', '-ffp-contract=off', '-fno-fast-math', '-fno-associative-math'],
  ...['-Wall', '-Wextra', '-Wdouble-promotion', '-Wfloat-conversion', '-Werror'],
  ...['-fPIC', '-fvisibility=hidden'],
  '-falign-loops=32', // a loop of few instructions takes up to twice as long where it happens to cross a line of the cache
];

const folder = import.meta.dirname;
const sourceFolder = path.join(folder, 'native');

/** The first compiler that runs: its command and the line by which it calls itself; undefined without one. */
function findCompiler() {
  for (const command of [process.env.CC, 'cc', 'gcc', 'clang']) {
    if (command === undefined || command === '') continue;
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.split('\n')[0].trim() };
  }
  return undefined;
}

/** Runs the compiler. @returns what went wrong, or undefined */
const run = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status) => {
      const lines = said.trim().split('\n');
      resolve(status === 0 ? undefined : (lines.find((line) => line.includes('error')) ?? lines[0]));
    });
  });

/** Does the jobs, as many at a time as there are processors. */
async function runAll(jobs) {
  const waiting = [...jobs];
  const line = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, line));
}

/**
 * Compiles each source for each instruction set and links them: a library an instruction set, which leaves every processor busy.
 * @returns for each instruction set what went wrong, or undefined
 */
async function compile(command, flagsOf, target) {
  const sources = readdirSync(sourceFolder)
    .filter((file) => file.endsWith('.c'))
    .map((file) => ({ file, bytes: statSync(path.join(sourceFolder, file)).size }))
    .sort((a, b) => b.bytes - a.bytes); // the longest first: they end with the others
  const complaints = new Map();
  const complain = (variant, complaint) => {
    if (complaint !== undefined && !complaints.has(variant)) complaints.set(variant, complaint);
  };
  const objectOf = (variant, file) => path.join(target, `${variant}-${file}.o`);
  const variants = Object.entries(flagsOf);
  await runAll(
    sources.flatMap(({ file }) =>
      variants.map(([variant, flags]) => async () => {
        if (complaints.has(variant)) return;
        const ends = ['-c', '-o', objectOf(variant, file), path.join(sourceFolder, file)];
        complain(variant, await run(command, [...flags, ...FLAGS, ...ends]));
      }),
    ),
  );
  await runAll(
    variants.map(([variant, flags]) => async () => {
      const objects = sources.map(({ file }) => objectOf(variant, file)).sort();
      if (!complaints.has(variant)) {
        const library = path.join(target, `kernels-${variant}.so`);
        complain(variant, await run(command, [...flags, '-shared', '-o', library, ...objects]));
      }
      for (const object of objects) rmSync(object, { force: true });
    }),
  );
  return variants.map(([variant]) => ({ variant, complaint: complaints.get(variant) }));
}

/** Compiles every variant into `target`; what came of it, for whoever loads the kernels. */
async function buildInto(target) {
  const { platform, arch } = process;
  const flagsOf = VARIANTS[arch];
  const report = { platform, arch, variants: [] };
  if (flagsOf === undefined) return { ...report, failure: `there are no native kernels for ${arch}` };
  const compiler = findCompiler();
  if (compiler === undefined) {
    return { ...report, failure: 'no C compiler was found when Lockstep was installed (cc, gcc, clang)' };
  }
  let failure;
  for (const { variant, complaint } of await compile(compiler.command, flagsOf, target)) {
    if (complaint === undefined) report.variants.push(variant);
    else failure ??= `${compiler.version} could not build the ${variant} kernels: ${complaint}`;
  }
  return { ...report, compiler: compiler.version, ...(failure === undefined ? {} : { failure }) };
}

/** Fills `outputFolder`, by way of a folder of its own: a process may be running what lies there. */
async function build(outputFolder) {
  mkdirSync(outputFolder, { recursive: true });
  const target = mkdtempSync(path.join(outputFolder, 'building-'));
  try {
    const report = await buildInto(target);
    writeFileSync(path.join(target, 'native.json'), `${JSON.stringify(report, null, 2)}\n`);
    for (const file of readdirSync(outputFolder)) {
      if (!file.startsWith('building-')) rmSync(path.join(outputFolder, file), { recursive: true });
    }
    for (const file of readdirSync(target))
      renameSync(path.join(target, file), path.join(outputFolder, file));
    if (report.failure !== undefined) {
      process.stdout.write(`native kernels: ${report.failure}; without them WebAssembly computes\n`);
    }
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

const [option, value, ...others] = process.argv.slice(2);
if (option === undefined) {
  await build(path.join(folder, 'dist'));
} else if (option === '--out' && value !== undefined && others.length === 0) {
  await build(path.resolve(value));
} else if (option === '--fingerprint' && value === undefined) {
  const compiler = findCompiler()?.version ?? 'without a compiler';
  process.stdout.write(`${process.platform} ${process.arch} ${compiler}\n`);
} else if (option === '--help') {
  process.stdout.write(HELP);
} else {
  process.stderr.write(HELP);
  process.exitCode = 2;
}
