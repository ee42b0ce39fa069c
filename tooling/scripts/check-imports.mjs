// Checks the package.json files of a workspace against tooling/import-rules.json: which package may depend on which.
// That a source file imports nothing but what its package.json declares is the linter's part (noUndeclaredDependencies).
//
// Usage: node tooling/scripts/check-imports.mjs [workspace root]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/**
 * @param {string} root a folder with `packages/*`, `apps/*` and `tooling/import-rules.json`
 * @returns {string[]} one sentence per broken rule
 */
export function checkImports(root) {
  /** @type {Record<string, string[]>} */
  const rules = JSON.parse(readFileSync(join(root, 'tooling', 'import-rules.json'), 'utf8'));
  const manifests = readManifests(root);
  const names = new Set(manifests.map(({ name }) => name));
  return [
    ...manifests
      .filter(({ name }) => !(name in rules))
      .map(({ name }) => `${name} has no row in tooling/import-rules.json.`),
    ...Object.keys(rules)
      .filter((name) => !names.has(name))
      .map((name) => `tooling/import-rules.json has a row for ${name}, which is not a package of this workspace.`),
    ...manifests.flatMap((manifest) => forbiddenDependencies(manifest, rules[manifest.name] ?? [], names)),
    ...findCycle(manifests),
  ];
}

/**
 * @param {Manifest} manifest
 * @param {readonly string[]} allowed
 * @param {ReadonlySet<string>} workspace
 */
function forbiddenDependencies(manifest, allowed, workspace) {
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  // Whoever installs a published package installs its dependencies too, so that each of them needs a row. An app is free.
  const restricted = manifest.private ? declared.filter((name) => workspace.has(name)) : declared;
  return restricted
    .filter((name) => !allowed.includes(name))
    .map(
      (name) =>
        `${manifest.name} depends on ${name}; it may depend on ${allowed.join(', ') || 'nothing'}. ` +
        'Move the code, or change tooling/import-rules.json and say why in a decision record.',
    );
}

/**
 * Packages that need each other, in their tests too: the build could not put them in an order.
 *
 * @param {readonly Manifest[]} manifests
 */
function findCycle(manifests) {
  const edges = new Map(
    manifests.map((manifest) => [
      manifest.name,
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    ]),
  );
  /** @type {Set<string>} */
  const done = new Set();
  /**
   * @param {string} name
   * @param {readonly string[]} path
   * @returns {string[] | undefined}
   */
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of edges.get(name) ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const cycle = visit(name, []);
    if (cycle !== undefined) return [`Packages depend on each other in a circle: ${cycle.join(' → ')}.`];
  }
  return [];
}

/**
 * @param {string} root
 * @returns {Manifest[]}
 */
function readManifests(root) {
  return ['packages', 'apps']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name, 'package.json')))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(resolve(process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url))));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
