import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { programPath, root } from '../scripts/lib/workspace.mjs';
import { type CodeBlock, codeBlocks } from './code-blocks.js';

const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
const apps = readdirSync(join(root, 'apps')).map((name) => `apps/${name}`);

/** The written documentation, as paths from the root. */
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...[...packages, ...apps].map((folder) => `${folder}/README.md`),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'apps', 'docs', 'pages'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `apps/docs/pages/${name}`),
].filter((path) => existsSync(join(root, path)));

const cache = join(root, 'tooling', '.cache');
mkdirSync(cache, { recursive: true });

// The blocks have to lie inside the workspace, where they find its packages by their names.
const folder = mkdtempSync(join(cache, 'documentation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = documents.flatMap((document) =>
  codeBlocks(readFileSync(join(root, document), 'utf8')).map((block) => ({
    ...block,
    place: `${document}:${block.line}`,
    file: join(folder, `${document.replaceAll('/', '-')}-${block.line}.ts`),
  })),
);

describe('the code in the documentation', () => {
  let typeErrors: readonly string[] = [];

  beforeAll(async () => {
    for (const { file, line, code } of blocks) {
      // The same line numbers as in the document.
      writeFileSync(file, `${'\n'.repeat(line - 1)}${code}\n`);
    }
    const tsconfig = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { noEmit: true, types: ['node'], moduleDetection: 'force', noUnusedLocals: false },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const { output } = await run(process.execPath, [programPath('typescript', 'tsc'), '--pretty', 'false'], {
      cwd: folder,
    });
    typeErrors = output.split('\n');
  });

  test('can be given to the compiler', () => {
    expect(typeErrors.filter((error) => /^(error|tsconfig\.json)/.test(error))).toEqual([]);
  });

  for (const { place, file, run: executed, prints } of blocks) {
    test(`${place} compiles`, () => {
      const name = file.slice(folder.length + 1);
      expect(typeErrors.filter((error) => error.startsWith(`${name}(`))).toEqual([]);
    });

    if (!executed) continue;
    test(`${place} runs`, async () => {
      const printed = await execute(file);
      if (prints !== undefined) expect(printed).toBe(prints);
    });
  }

  test.each(packages)('%s has a README with an example that runs', (path) => {
    expect(blocks.filter((block) => block.run && block.place.startsWith(`${path}/`)).length).toBeGreaterThan(0);
  });
});

/** Runs a block as a program of its own, and returns what it prints. */
async function execute(file: string): Promise<string> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(format(...values));
  });
  const home = process.cwd();
  vi.resetModules();
  process.chdir(folder);
  try {
    await import(file);
  } finally {
    process.chdir(home);
    log.mockRestore();
  }
  return printed.join('\n');
}

describe('codeBlocks', () => {
  const parse = (...lines: string[]): CodeBlock[] => codeBlocks(lines.join('\n'));

  test('finds TypeScript, with its line', () => {
    expect(parse('# Title', '', '```ts', 'one();', 'two();', '```')).toEqual([
      { line: 4, code: 'one();\ntwo();', run: true, prints: undefined },
    ]);
  });

  test('takes what a block prints from the text block after it', () => {
    expect(parse('```ts', 'a();', '```', '', '```text', 'A', ' B', '```')[0].prints).toBe('A\n B');
    expect(parse('```ts', 'a();', '```', 'Prose.', '```text', 'A', '```')[0].prints).toBeUndefined();
    expect(parse('```ts', 'a();', '```', '```sh', 'A', '```')[0].prints).toBeUndefined();
  });

  test('does not run a block that says so', () => {
    expect(parse('```ts no-run', 'a();', '```')[0].run).toBe(false);
  });

  test('leaves other languages and nested fences alone', () => {
    expect(parse('```sh', 'ls', '```', '````md', '```ts', 'a();', '```', '````')).toEqual([]);
  });

  test('reads a block inside a list', () => {
    expect(parse('- item', '', '  ```ts', '  if (x) {', '    a();', '  }', '  ```')[0].code).toBe(
      'if (x) {\n  a();\n}',
    );
  });
});
