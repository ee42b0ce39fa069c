import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../.cache', import.meta.url));

beforeAll(async () => {
  await build({
    config: false,
    entry: [fileURLToPath(new URL('forty-thousand.ts', import.meta.url))],
    outDir: folder,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    noExternal: [/^@?cenote/],
    esbuildOptions(options) {
      options.conditions = ['@cenote/source'];
    },
    silent: true,
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('pools a scan of 40,000 × 40,000 in less than 200 MB, all of it included', { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'forty-thousand.js')]);
  const found = JSON.parse(stdout);
  console.log(found);
  for (const result of found.results)
    expect(result).toMatchObject({ shape: [20_000, 20_000], checked: 37_500, wrong: 0 });
  expect(found.results).toHaveLength(4);
  expect(found.residentMegabytes).toBeLessThan(200);
});
