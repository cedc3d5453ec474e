import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the workspace. */
export const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The folders that hold one package each per sub-folder. */
export const packageFolders = ['libs', 'apps', 'tools'];

/**
 * One package of the workspace, as its package.json describes it.
 * @typedef {object} WorkspacePackage
 * @property {string} folder relative to the root, with forward slashes, such as `libs/math`
 * @property {string} name such as `@lockstep/math`
 * @property {readonly string[]} tags Nx tags
 * @property {Readonly<Record<string, string>>} scripts npm scripts
 * @property {readonly string[]} dependencies names of all that its own code and its tests import
 * @property {readonly string[]} doors what others may import, such as `@lockstep/math` and `@lockstep/math/testing`
 */

/**
 * Every package of the workspace, sorted by folder.
 * @returns {WorkspacePackage[]}
 */
export function readWorkspace(root = workspaceRoot) {
  return packageFolders
    .filter((parent) => existsSync(path.join(root, parent)))
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .sort()
    .map((folder) => readPackage(root, folder));
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {WorkspacePackage}
 */
function readPackage(root, folder) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  return {
    folder,
    name: manifest.name,
    tags: manifest.nx?.tags ?? [],
    scripts: manifest.scripts ?? {},
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    doors: Object.keys(manifest.exports ?? {}).map((door) => path.posix.join(manifest.name, door)),
  };
}

/**
 * The values a package carries for one tag dimension: `tagValues(pkg, 'layer')` is `['core']` for `layer:core`.
 * @param {WorkspacePackage} pkg
 * @param {string} dimension
 * @returns {string[]}
 */
export const tagValues = (pkg, dimension) =>
  pkg.tags.filter((tag) => tag.startsWith(`${dimension}:`)).map((tag) => tag.slice(dimension.length + 1));
