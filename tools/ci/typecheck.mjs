/**
 * `npm run typecheck`: the types of every package in one process. Each file is checked once, under the settings of the package that
 * it belongs to; what several packages import is parsed once. A package's own `typecheck` says the same of it alone, and slower:
 * it checks all that the package imports too. Exits with 1 when something does not fit.
 */
import path from 'node:path';
import ts from 'typescript';
import { readWorkspace, workspaceRoot } from './workspace.mjs';

/** What decides how a file is parsed and bound, beside its text. */
const parseSettings = [
  'target',
  'module',
  'moduleResolution',
  'jsx',
  'jsxImportSource',
  'allowJs',
  'checkJs',
];

/** @type {Map<string, ts.SourceFile | undefined>} */
const parsed = new Map();

/**
 * @param {ts.CompilerOptions} options
 * @returns {ts.CompilerHost}
 */
function sharingHost(options) {
  const host = ts.createCompilerHost(options);
  const settings = JSON.stringify(parseSettings.map((name) => options[name]));
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (file, how, ...rest) => {
    const key = `${file} ${settings} ${JSON.stringify(how)}`;
    if (!parsed.has(key)) parsed.set(key, parse(file, how, ...rest));
    return parsed.get(key);
  };
  return host;
}

/**
 * The tsconfigs that a package's `typecheck` names.
 * @param {import('./workspace.mjs').WorkspacePackage} pkg
 */
const configsOf = (pkg) =>
  [...(pkg.scripts.typecheck ?? '').matchAll(/(?<= -p )\S+/g)].map(([file]) =>
    path.join(workspaceRoot, pkg.folder, file),
  );

/**
 * @param {string} config
 * @returns {readonly ts.Diagnostic[]}
 */
function diagnosticsOf(config) {
  const { config: json, error } = ts.readConfigFile(config, ts.sys.readFile);
  if (error !== undefined) return [error];
  const folder = path.dirname(config);
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(
    json,
    ts.sys,
    folder,
    undefined,
    config,
  );
  const program = ts.createProgram(fileNames, options, sharingHost(options));
  const own = fileNames.map((file) => program.getSourceFile(file)).filter((file) => file !== undefined);
  return [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
}

const format = {
  getCurrentDirectory: () => workspaceRoot,
  getCanonicalFileName: (/** @type {string} */ name) => name,
  getNewLine: () => '\n',
};
let faults = 0;
for (const pkg of readWorkspace()) {
  for (const config of configsOf(pkg)) {
    const diagnostics = diagnosticsOf(config);
    faults += diagnostics.length;
    if (diagnostics.length > 0) console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format));
  }
}
if (faults > 0) console.error(`${faults} faults in types`);
process.exitCode = faults === 0 ? 0 : 1;
