import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkImports } from '../scripts/check-imports.mjs';
import { run } from '../scripts/lib/run.mjs';
import { programPath, root } from '../scripts/lib/workspace.mjs';
import { fixture } from './fixture.js';

const rules = { 'tooling/import-rules.json': { low: [], high: ['low'] } };
const low = { 'packages/low/package.json': { name: 'low' } };
const high = { 'packages/high/package.json': { name: 'high', dependencies: { low: 'workspace:*' } } };

describe('the table of import rules', () => {
  test('is kept by this workspace', () => {
    expect(checkImports(root)).toEqual([]);
  });

  test('allows what it lists', () => {
    expect(checkImports(fixture({ ...rules, ...low, ...high }))).toEqual([]);
  });

  test('forbids an arrow that points up', () => {
    const upward = { 'packages/low/package.json': { name: 'low', dependencies: { high: 'workspace:*' } } };
    expect(checkImports(fixture({ ...rules, ...upward, 'packages/high/package.json': { name: 'high' } }))).toEqual([
      'low depends on high; it may depend on nothing. Move the code, or change tooling/import-rules.json and say why in ' +
        'a decision record.',
    ]);
  });

  test.each(['dependencies', 'peerDependencies', 'optionalDependencies'])(
    'forbids a library that is not listed, in %s of a published package',
    (field) => {
      const manifest = { name: 'high', [field]: { leftpad: '1.0.0' } };
      expect(checkImports(fixture({ ...rules, ...low, 'packages/high/package.json': manifest }))).toEqual([
        expect.stringMatching(/^high depends on leftpad; it may depend on low\./),
      ]);
    },
  );

  test('lets an app use libraries, but not another package of the workspace', () => {
    const app = { name: 'app', private: true, dependencies: { leftpad: '1.0.0', low: 'workspace:*' } };
    const table = { 'tooling/import-rules.json': { low: [], app: [] } };
    expect(checkImports(fixture({ ...table, ...low, 'apps/app/package.json': app }))).toEqual([
      expect.stringMatching(/^app depends on low; it may depend on nothing\./),
    ]);
  });

  test('wants a row for each package, and a package for each row', () => {
    expect(checkImports(fixture({ 'tooling/import-rules.json': { gone: [] }, ...low }))).toEqual([
      'low has no row in tooling/import-rules.json.',
      'tooling/import-rules.json has a row for gone, which is not a package of this workspace.',
    ]);
  });

  test('finds a circle that only closes through a test', () => {
    const circle = { 'packages/low/package.json': { name: 'low', devDependencies: { high: 'workspace:*' } } };
    expect(checkImports(fixture({ ...rules, ...circle, ...high }))).toEqual([
      expect.stringMatching(/^Packages depend on each other in a circle: (low → high → low|high → low → high)\.$/),
    ]);
  });
});

describe('the linter, with the configuration of this workspace', () => {
  const manifest = { name: 'low', dependencies: { declared: '1.0.0' }, devDependencies: { 'fast-check': '4.0.0' } };

  /** The rules that a package with these files breaks. */
  async function lint(files: Record<string, string>): Promise<string[]> {
    const folder = fixture({
      'biome.json': readFileSync(join(root, 'biome.json'), 'utf8'),
      '.gitignore': 'node_modules/\n',
      'packages/low/package.json': manifest,
      'packages/other/package.json': { name: 'other' },
      'packages/other/src/index.ts': 'export const other = 1;\n',
      ...files,
    });
    const biome = programPath('@biomejs/biome', 'biome');
    const { code, output } = await run(process.execPath, [biome, 'lint', '--reporter=github', '.'], { cwd: folder });
    const broken = [...output.matchAll(/title=lint\/(\w+\/\w+)/g)].map((match) => match[1]);
    if (code !== 0 && broken.length === 0) throw new Error(output);
    return broken;
  }

  test('accepts a declared dependency, a sibling file and a cycle of nothing but types', async () => {
    const files = {
      'packages/low/src/index.ts':
        "import { thing } from 'declared';\nimport { leaf } from './leaf.js';\nexport interface Root {\n  name: string;\n}\nexport default [thing, leaf];\n",
      'packages/low/src/leaf.ts': "import type { Root } from './index.js';\nexport const leaf: Root[] = [];\n",
      'packages/low/test/index.test.ts':
        "import fc from 'fast-check';\nimport thing from '../src/index.js';\nexport default [fc, thing];\n",
    };
    expect(await lint(files)).toEqual([]);
  });

  test.each([
    [
      'an import that package.json does not declare',
      'correctness/noUndeclaredDependencies',
      "import { other } from 'other';\nexport default other;\n",
    ],
    [
      'a development tool in a source file',
      'correctness/noUndeclaredDependencies',
      "import fc from 'fast-check';\nexport default fc;\n",
    ],
    [
      'a path into another package',
      'style/noRestrictedImports',
      "import { other } from '../../other/src/index.js';\nexport default other;\n",
    ],
    [
      'a module of Node',
      'correctness/noNodejsModules',
      "import { readFileSync } from 'node:fs';\nexport default readFileSync;\n",
    ],
    ['console', 'suspicious/noConsole', "console.log('x');\n"],
    ['any', 'suspicious/noExplicitAny', 'export const x: any = 1;\n'],
    ['a non-null assertion', 'style/noNonNullAssertion', "export const x = 'x'.at(0)!;\n"],
  ])('rejects %s', async (_, rule, source) => {
    expect(await lint({ 'packages/low/src/index.ts': source })).toEqual([rule]);
  });

  test('rejects a path into another package, from a test or a deeper folder too', async () => {
    const files = {
      'packages/low/src/deep/index.ts': "import { other } from '../../../other/src/index.js';\nexport default other;\n",
      'packages/low/test/index.test.ts': "import { other } from '../../other/src/index.js';\nexport default other;\n",
    };
    expect(await lint(files)).toEqual(['style/noRestrictedImports', 'style/noRestrictedImports']);
  });

  test('rejects files that import each other in a circle', async () => {
    const files = {
      'packages/low/src/a.ts': "import { b } from './b.js';\nexport const a = () => b;\n",
      'packages/low/src/b.ts': "import { c } from './c.js';\nexport const b = () => c;\n",
      'packages/low/src/c.ts': "import { a } from './a.js';\nexport const c = () => a;\n",
    };
    expect(await lint(files)).toEqual(Array.from({ length: 3 }, () => 'suspicious/noImportCycles'));
  });

  test('lets the Node entry of a package use Node', async () => {
    const source = "import { readFileSync } from 'node:fs';\nexport default readFileSync;\n";
    expect(await lint({ 'packages/low/src/node.ts': source, 'packages/low/src/node/read.ts': source })).toEqual([]);
  });
});

describe("a package's compiler options", () => {
  test('know no globals of Node or of the browser', async () => {
    const names = ['process', 'Buffer', 'console', 'setTimeout', 'window', 'document', 'navigator', 'fetch'];
    const folder = fixture({
      'tsconfig.base.json': readFileSync(join(root, 'tsconfig.base.json'), 'utf8'),
      'tsconfig.build.json': readFileSync(join(root, 'tsconfig.build.json'), 'utf8'),
      'packages/low/tsconfig.build.json': readFileSync(join(root, 'packages', 'shape', 'tsconfig.build.json'), 'utf8'),
      'packages/low/src/index.ts': names.map((name) => `export const ${name}Global = ${name};\n`).join(''),
    });
    // The types of Node are there to be found, as they are in the workspace.
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const tsc = programPath('typescript', 'tsc');
    const { output } = await run(
      process.execPath,
      [tsc, '-p', 'packages/low/tsconfig.build.json', '--pretty', 'false'],
      { cwd: folder },
    );
    expect([...output.matchAll(/Cannot find name '(\w+)'/g)].map((match) => match[1])).toEqual(names);
  });
});
