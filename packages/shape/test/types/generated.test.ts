import { describe, expect, test } from 'vitest';
import { shapeTypeCases, usualCounts } from '../../../../tooling/scripts/generate-shape-type-cases.mjs';
import { compile, onSources, temporaryFolder, write } from './compiler.js';

// In parts, one after the other, because the memory of a compiler grows with what it compiles.
const parts = 6;

describe('the compiler computes what the functions return', () => {
  test.each(Array.from({ length: parts }, (_, part) => part))('for random arguments, part %i', async (part) => {
    const counts = Object.entries(usualCounts).map(([kind, count]): [string, number] => [
      kind,
      Math.ceil(count / parts),
    ]);
    const { source, refused } = shapeTypeCases(part, Object.fromEntries(counts));
    const folder = temporaryFolder();
    write(folder, { 'cases.ts': source });
    const { complaints } = await compile(folder, ['cases.ts'], onSources);
    const lines = source.split('\n');
    expect(complaints.map(({ line, text }) => `${lines[line - 1]}\n${text}`)).toEqual([]);
    // Shapes and refusals are both tested.
    for (const kind of ['pool', 'dilatedPool', 'conv']) {
      const share = refused[kind] / (usualCounts[kind] / parts);
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.7);
    }
  });

  test('with at least 5,000 windows in all', () => {
    expect(usualCounts.pool + usualCounts.dilatedPool + usualCounts.conv).toBeGreaterThanOrEqual(5000);
  });
});
