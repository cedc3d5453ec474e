import { isBuiltin } from 'node:module';
import path from 'node:path';
import { depConstraints } from './boundaries.mjs';
import { readWorkspace, workspaceRoot } from './workspace.mjs';

/** Files outside any package that packages may read: the workspace's own manifest, for its version. */
const openFiles = ['package.json'];

/**
 * The ESLint rule that holds every import to `depConstraints`: a package is entered by its name, never by a path from another,
 * and only by those whose tags allow it; core takes nothing from npm but what its list names.
 * @type {import('eslint').Rule.RuleModule}
 */
export const boundaryRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const source = packageOf(context.filename);
    if (source === undefined) return {};
    /** @param {unknown} node */
    const check = (node) => {
      const { type, value } = /** @type {{ type?: string, value?: unknown }} */ (node ?? {});
      if (type !== 'Literal' || typeof value !== 'string') return;
      const message = complaintAbout(source, context.filename, value);
      if (message !== undefined)
        context.report({ node: /** @type {import('eslint').Rule.Node} */ (node), message });
    };
    return {
      ImportDeclaration: ({ source: from }) => check(from),
      ExportAllDeclaration: ({ source: from }) => check(from),
      ExportNamedDeclaration: ({ source: from }) => check(from),
      ImportExpression: ({ source: from }) => check(from),
      'TSImportType Literal': check,
      'TSExternalModuleReference > Literal': check,
      'CallExpression[callee.name="require"] > Literal.arguments:first-child': check,
    };
  },
};

const packages = readWorkspace();

/** @param {string} file absolute */
const packageOf = (file) =>
  packages.find(({ folder }) => file.startsWith(path.join(workspaceRoot, folder) + path.sep));

/**
 * What is wrong with importing `name` in `file` of `source`.
 * @param {import('./workspace.mjs').WorkspacePackage} source
 * @param {string} file
 * @param {string} name
 * @returns {string | undefined}
 */
function complaintAbout(source, file, name) {
  if (name.startsWith('.')) return complaintAboutPath(source, path.resolve(path.dirname(file), name));
  if (isBuiltin(name)) return undefined;
  const target = packages.find((pkg) => name === pkg.name || name.startsWith(`${pkg.name}/`));
  if (target === source) return `A package does not import itself by its name: use a relative path.`;
  const constraints = depConstraints.filter(({ sourceTag }) => source.tags.includes(sourceTag));
  for (const { sourceTag, onlyDependOnLibsWithTags: tags, allowedExternalImports: imports } of constraints) {
    if (target !== undefined && tags !== undefined && !tags.some((tag) => target.tags.includes(tag))) {
      const wanted = tags.length === 0 ? 'no package' : `packages tagged ${tags.join(', ')}`;
      return `A package tagged with "${sourceTag}" can only depend on ${wanted}.`;
    }
    if (target === undefined && imports !== undefined && !imports.some((pattern) => isLike(name, pattern))) {
      return `A package tagged with "${sourceTag}" is not allowed to import "${name}".`;
    }
  }
  return undefined;
}

/**
 * @param {import('./workspace.mjs').WorkspacePackage} source
 * @param {string} target absolute
 */
function complaintAboutPath(source, target) {
  if (packageOf(target) === source || target === path.join(workspaceRoot, source.folder)) return undefined;
  if (openFiles.some((file) => target === path.join(workspaceRoot, file))) return undefined;
  return 'A relative path does not leave its package: import another by its name.';
}

/** @param {string} name @param {string} pattern a name, or one with `/*` for all below it */
const isLike = (name, pattern) =>
  pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
