import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from '../scripts/lib/run.mjs';
import { programPath, root } from '../scripts/lib/workspace.mjs';
import { fixture } from './fixture.js';

const url = (path: string) => JSON.stringify(pathToFileURL(join(root, path)).href);

describe('run', () => {
  test('collects the output and the exit code', async () => {
    const source = "console.log('out'); console.error('err'); process.exitCode = 3;";
    const finished = await run(process.execPath, ['-e', source], { cwd: root });
    expect(finished.code).toBe(3);
    expect(finished.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
  });

  test('gives the exit code that a shell gives for a program that a signal ended', async () => {
    const source = "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 10_000);";
    expect((await run(process.execPath, ['-e', source], { cwd: root })).code).toBe(137);
  });

  test('fails when the program does not exist', async () => {
    await expect(run('cenote-no-such-program', [], { cwd: root })).rejects.toThrow('ENOENT');
  });

  test('hands an interrupt on once, waits for the program, and passes its exit code on', async () => {
    const folder = fixture({
      'app.mjs':
        "const finish = () => { console.log('interrupted', interrupts); process.exit(7); };\n" +
        "let interrupts = 0; process.on('SIGINT', () => { interrupts++; setTimeout(finish, 300); });\n" +
        "setInterval(() => {}, 1000); console.log('ready');",
      'wrapper.mjs':
        `import { run } from ${url('tooling/scripts/lib/run.mjs')};\n` +
        "process.exitCode = (await run(process.execPath, ['app.mjs'], { cwd: process.cwd(), inherit: true })).code;",
    });
    const wrapper = spawn(process.execPath, ['wrapper.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    wrapper.stdout.on('data', (text) => {
      output += text;
      if (text.toString().includes('ready')) {
        wrapper.kill('SIGINT');
        setTimeout(() => wrapper.kill('SIGINT'), 50);
      }
    });
    expect(await once(wrapper, 'exit')).toEqual([7, null]);
    expect(output).toBe('ready\ninterrupted 1\n');
  });
});

describe('phase', () => {
  /** What a phase with this work writes to a log. */
  async function log(work: string): Promise<string> {
    const source =
      `import { phase } from ${url('tooling/scripts/lib/phase.mjs')};\n` +
      `console.log(await phase(process.stdout, 'work', async () => { ${work} }));`;
    const { output } = await run(process.execPath, ['--input-type=module', '-e', source], { cwd: root });
    return output.replaceAll(/\d+\.\d s/g, 'N s');
  }

  test('says one line, and keeps to itself what a program said that went well', async () => {
    expect(await log("return { code: 0, output: 'chatter' };")).toBe('✓ work (N s)\ntrue\n');
  });

  test('shows what a program said that failed', async () => {
    expect(await log("return { code: 1, output: 'the reason\\n\\n' };")).toBe('✗ work (N s)\nthe reason\nfalse\n');
  });

  test('fails when a program cannot be started', async () => {
    expect(await log("throw new Error('no such program');")).toBe('✗ work (N s)\nno such program\nfalse\n');
  });

  test('gives a sign of life while a program takes its time', async () => {
    const work = 'await new Promise((resolve) => setTimeout(resolve, 2400)); return { code: 0, output: "" };';
    expect(await log(work)).toMatch(/^( {2}work … N s\n)+✓ work \(N s\)\ntrue\n$/);
  });
});

describe('the Node version check', () => {
  test('names the version that is needed and the one that runs', async () => {
    const source =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });\n" +
      `await import(${url('tooling/scripts/lib/require-node.mjs')}); console.log('went on');`;
    const finished = await run(process.execPath, ['--input-type=module', '-e', source], { cwd: root });
    expect(finished.code).toBe(1);
    expect(finished.output).toMatch(/^Cenote needs Node 20 or newer\. This is Node 18\.20\.0 \(.*\)\. Install .*\n$/);
  });
});

describe('the counts of a test run', () => {
  async function count(files: Record<string, string>): Promise<unknown> {
    const folder = fixture({ 'package.json': { type: 'module' }, ...files });
    const reporter = join(root, 'tooling', 'vitest', 'summary-reporter.ts');
    const options = ['run', '--root', folder, '--globals', `--reporter=${reporter}`];
    const counts = join(folder, 'counts.json');
    await run(process.execPath, [programPath('vitest', 'vitest'), ...options], {
      cwd: folder,
      env: { ...process.env, CENOTE_TEST_COUNTS: counts },
    });
    return JSON.parse(readFileSync(counts, 'utf8'));
  }

  test('tell passed, failed and skipped tests apart', async () => {
    const files = {
      'a.test.ts': "test('good', () => {}); test('bad', () => { throw new Error('bad'); });",
      'b.test.ts': "test('good', () => {}); test.skip('later', () => {}); test.todo('some day');",
    };
    expect(await count(files)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  test('count a file that does not load, a hook that throws and an error outside any test', async () => {
    const files = {
      'broken.test.ts': "import './missing.js';",
      'hook.test.ts':
        "describe('suite', () => { beforeAll(() => { throw new Error('hook'); }); test('never', () => {}); });",
      'loose.test.ts': "test('good', () => { Promise.reject(new Error('loose')); });",
    };
    expect(await count(files)).toEqual({ passed: 1, failed: 3, skipped: 1 });
  });
});
