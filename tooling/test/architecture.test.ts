import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJson, root } from '../scripts/lib/workspace.mjs';

test('the table in ARCHITECTURE.md says what tooling/import-rules.json says', () => {
  const rows = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| `([^`]+)` *\|[^|]*\|([^|]*)\|$/gm);
  const table = [...rows].map(([, name, imports]) => [
    name,
    [...imports.matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  ]);
  expect(Object.fromEntries(table)).toEqual(readJson(join(root, 'tooling', 'import-rules.json')));
});

test('the README lists every published package', () => {
  const published = Object.keys(readJson(join(root, 'tooling', 'import-rules.json'))).filter(
    (name) => !name.includes('/app-'),
  );
  const listed = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^\| \[`([^`]+)`\]\(packages\//gm)];
  expect(listed.map((match) => match[1]).toSorted()).toEqual(published.toSorted());
});
