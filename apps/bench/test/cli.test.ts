import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tooling/browser/chromium.js';
import { missing } from '../../../tooling/vitest/missing.js';
import { measuredOf } from '../src/report/ratios.js';
import { type Result, resultSchema } from '../src/result.js';
import { mixed } from './fixture.js';

const app = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(app, '.cache', `cli-${process.pid}`);
let folder = '';

// The sources as they are, in a few files beside the app's dependencies: nothing has to be built before.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-bench-'));
  await build({
    config: false,
    entry: { cli: join(app, 'src', 'cli.ts'), worker: join(app, 'src', 'worker', 'worker.ts') },
    outDir: bundle,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    skipNodeModulesBundle: true,
    noExternal: [/^@?cenote/],
    esbuildOptions(options) {
      options.conditions = ['@cenote/source'];
    },
    silent: true,
  });
});
afterAll(() => {
  rmSync(bundle, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(bundle, 'cli.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    }
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

function read(name: string): Result {
  return resultSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

describe('a quick run', () => {
  it('times a row, and a peer that is not there costs only its own', async () => {
    const args = 'pool gemm --quick --filter 1,4,4|matmul --peers floor,cenote,plain,pytorch --python ./no-python';
    const { code, stdout, stderr } = await cli(...args.split(' '), '--json', 'r.json', '--html', 'r.html');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const result = read('r.json');
    const [row] = result.rows;
    expect(row.title).toBe('max 2×2 s2 of [1,1,4,4]');
    const times = row.entries.flatMap((entry) => (entry.status === 'measured' ? [entry] : []));
    expect(times.map(({ peer, layout }) => `${peer} ${layout}`)).toEqual([
      'floor channelsFirst',
      'cenote channelsFirst',
      'cenote channelsLast',
      'plain channelsFirst',
    ]);
    for (const { time } of times) {
      expect(time.rounds).toHaveLength(3);
      expect(time.lower).toBeGreaterThan(0);
    }
    const missing = row.entries.filter(({ peer }) => peer === 'pytorch');
    expect(missing.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(result.peaks['mul and add']).toBeGreaterThan(0.1);
    expect(stdout).toContain('Where we lose');
    expect(stdout).toContain('could not start');
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('<svg');
  });

  it('measures on a page, too', { timeout: 120_000 }, async (context) => {
    if (findChromium() === null) missing(context, 'Chromium (Debian: chromium; another one: CENOTE_CHROMIUM)');
    const args = 'browser --quick --peers floor,cenote,ort-node --threads 2 --json page.json';
    const { code, stderr } = await cli(...args.split(' '), '--filter', '^Chromium: max 2×2 s2 of .1,1,4,4');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { rows, versions } = read('page.json');
    expect(rows.map(({ id }) => id)).toEqual(['browser: Chromium: max 2×2 s2 of [1,1,4,4]']);
    expect(rows[0].entries.map(({ peer, layout, threads, status }) => [peer, layout, threads, status])).toEqual([
      ['floor', 'channelsFirst', 1, 'measured'],
      ['cenote', 'channelsFirst', 2, 'measured'],
      ['cenote', 'channelsLast', 2, 'measured'],
    ]);
    for (const { time } of measuredOf(rows[0])) expect(time.fastest).toBeGreaterThan(0);
    expect(versions).toMatchObject({ Chromium: expect.any(String), 'cenote in Chromium': expect.any(String) });
  });

  it('gives programs JSON and people the rest', async () => {
    const { code, stdout, stderr } = await cli('pool', '--quick', '--filter', 'no such row', '--json');
    expect(code).toBe(0);
    expect(resultSchema.parse(JSON.parse(stdout)).rows).toEqual([]);
    expect(stderr).toContain('Measured on');
  });
});

it('shows a result again, and compares it with itself', async () => {
  writeFileSync(join(folder, 'mixed.json'), JSON.stringify(mixed));
  const shown = await cli('render', 'mixed.json', '--markdown', 'mixed.md');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('Where we lose: 2 times');
  expect(readFileSync(join(folder, 'mixed.md'), 'utf8')).toContain('### max 2×2');
  const compared = await cli('compare', '--strict', 'mixed.json', 'mixed.json');
  expect(compared.stdout).toContain('0 slower, 0 faster, 5 the same.');
  expect(compared.code).toBe(0);
});

describe('refuses with one sentence', () => {
  it('what it does not understand', async () => {
    const { code, stderr } = await cli('--quik');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^bench: unknown option. Got --quik.*Did you mean --quick.*\n$/);
  });

  it('a folder that is not there, before anything is measured', async () => {
    const { code, stderr } = await cli('pool', '--json', 'no/such/folder/r.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^bench: --json cannot be written/);
  });

  it('a file that is no result', async () => {
    writeFileSync(join(folder, 'other.json'), '{"format":"other"}');
    const { code, stderr } = await cli('render', 'other.json');
    expect(code).toBe(1);
    expect(stderr).toMatch(/is no result of this version of the bench/);
  });
});
