import { readdirSync } from 'node:fs';
import { format } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { answers } from '../src/figures/exercises/answers.js';
import { runProgram } from '../src/figures/exercises/runner.js';

const folder = new URL('../src/figures/exercises/answers/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

describe('the answers', () => {
  test('are all there', () => {
    expect(Object.keys(answers).toSorted()).toEqual(names.toSorted());
  });

  test.each(names)('%s prints in the page what the text beside it says', async (name) => {
    const { printed, error } = await runProgram(answers[name]);
    expect(error).toBeNull();
    await expect(`${printed.join('\n')}\n`).toMatchFileSnapshot(new URL(`${name}.txt`, folder).pathname);
  });

  test.each(names)('%s prints the same as a program of its own', async (name) => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      lines.push(format(...values));
    });
    try {
      await import(new URL(`${name}.ts`, folder).pathname);
    } finally {
      log.mockRestore();
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(new URL(`${name}.txt`, folder).pathname);
  });
});

describe('running a program', () => {
  test('collects what it prints', async () => {
    const program = `import { tensor } from 'cenote';
console.log('a', 1, [1, 2], true);
console.log(String(tensor([1, 2])));`;
    expect(await runProgram(program)).toEqual({ printed: ['a 1 [1,2] true', 'tensor([1., 2.])'], error: null });
  });

  test('waits for it', async () => {
    const program = `import { tensor as make } from "cenote"
console.log((await make([3]).data())[0]);`;
    expect(await runProgram(program)).toEqual({ printed: ['3'], error: null });
  });

  test("keeps what was printed before an error, and has the library's words", async () => {
    const program = `import { maxPool2d, ones } from 'cenote';
console.log('before');
maxPool2d(ones([2, 2]), 3);`;
    const { printed, error } = await runProgram(program);
    expect(printed).toEqual(['before']);
    expect(error).toMatch(/^maxPool2d: window larger than the padded input on axis H/);
  });

  test('reports what is not a program', async () => {
    expect((await runProgram('const = 1;')).error).toMatch(/Unexpected token/);
    expect((await runProgram("import x from 'elsewhere';")).error).toMatch(/import/);
  });
});
