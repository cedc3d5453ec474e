/**
 * Runs a tool: `node tools/run.mjs <tool>/<entry> [arguments]` bundles tools/<tool>/src/<entry>.ts and runs it in this
 * process. The rooms (`@lockstep/*`) are TypeScript and become part of the bundle; packages from npm stay outside.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const tools = path.dirname(fileURLToPath(import.meta.url));
const cache = path.join(tools, '../node_modules/.cache/lockstep-tools');
const usage = 'Usage: node tools/run.mjs <tool>/<entry> [arguments]';

/** An entry is a file that runs and exports nothing; everything else in src/ serves the entries. */
const isEntry = (source) => !/^export\b/m.test(source);

/** The first sentence of a file's opening comment. */
const describe = (source) => {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  return /^.*?[.:](?=\s|$)/.exec(comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim())?.[0] ?? '';
};

const listTools = () =>
  readdirSync(tools, { withFileTypes: true })
    .filter((tool) => existsSync(path.join(tools, tool.name, 'src')))
    .flatMap((tool) =>
      readdirSync(path.join(tools, tool.name, 'src'))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
        .map((file) => ({
          name: `${tool.name}/${file.slice(0, -'.ts'.length)}`,
          source: readFileSync(path.join(tools, tool.name, 'src', file), 'utf8'),
        })),
    )
    .filter(({ source }) => isEntry(source))
    .map(({ name, source }) => `  ${name.padEnd(24)} ${describe(source)}`.trimEnd());

const help = () =>
  [usage, '', 'Tools:', ...listTools(), '', 'Each tool explains itself with --help.'].join('\n');

/** Packages from npm are left to Node; `import.meta.url` keeps meaning the source file. */
const asSource = {
  name: 'as-source',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || name.startsWith('@lockstep/') ? undefined : { path: name, external: true },
    );
    bundle.onLoad({ filter: /[\\/](?:libs|apps|tools)[\\/].*\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(file).href),
      ),
      loader: 'ts',
    }));
  },
};

/** Whole at once: others may be reading the file, and one that is half-written may be a program too. */
function replaceFile(file, contents) {
  const draft = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(draft, contents);
  renameSync(draft, file);
}

async function runTool(name, args) {
  const [tool, entry, ...rest] = name.split('/');
  const source = path.join(tools, tool, 'src', `${entry ?? ''}.ts`);
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(name) || rest.length > 0 || !existsSync(source)) {
    console.error(`There is no tool "${name}".\n\n${help()}`);
    return 2;
  }
  const outfile = path.join(cache, tool, `${entry}.mjs`);
  try {
    const { outputFiles } = await build({
      entryPoints: [source],
      outfile,
      write: false,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'error',
      plugins: [asSource],
    });
    replaceFile(outfile, outputFiles[0].contents);
  } catch {
    console.error(`tools/${tool}/src/${entry}.ts does not bundle; the errors above say why.`);
    return 1;
  }
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, source, ...args];
  await import(pathToFileURL(outfile).href);
  return undefined; // the tool sets its own exit code, perhaps after this import
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === '--help' || name === '-h') {
  (name === undefined ? console.error : console.log)(help());
  process.exitCode = name === undefined ? 2 : 0;
} else {
  process.exitCode = (await runTool(name, args)) ?? process.exitCode;
}
