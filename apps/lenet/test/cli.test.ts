import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../src/result.js';

const app = fileURLToPath(new URL('..', import.meta.url));
const name = `cli-${process.pid}`;
const program = join(app, '.cache', `${name}.js`);

// The sources as they are, in one file beside the app's dependencies: nothing has to be built before.
beforeAll(async () => {
  await build({
    config: false,
    entry: { [name]: join(app, 'src', 'cli.ts') },
    outDir: join(app, '.cache'),
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
  for (const file of readdirSync(join(app, '.cache'))) {
    if (file.startsWith(name)) rmSync(join(app, '.cache', file));
  }
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cenote-lenet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in an empty folder. */
async function cli(
  args: readonly string[],
  act: (child: ChildProcess, output: string) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      ended[stream] += text;
      act(child, ended[stream]);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, ...ended };
}

const tiny = ['--train-count', '32', '--test-count', '20', '--epochs', '1'];
/** Goes on until it is stopped. */
const endless = ['--train-count', '32', '--test-count', '300', '--epochs', '10000'];

describe('the program', () => {
  it('trains, says how it went, and writes the report where the user is', async () => {
    const { code, stdout, stderr } = await cli(tiny);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Total +input \[1, 1, 28, 28\] +61,706/m);
    expect(stdout).toMatch(/^Epoch 1\/1 {2}loss /m);
    expect(stdout).toMatch(/^Test accuracy \d+\.\d% {2}\(\d+ of 20, loss /m);
    expect(stdout).toContain('Confusion matrix');
    expect(stdout).toContain(`Report      ${join(folder, 'lenet-report.html')}`);
    expect(stdout).not.toContain('\u001B');
    for (const line of stdout.split('\n')) {
      if (!line.includes(folder)) expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(readdirSync(folder)).toEqual(['lenet-report.html']);
    expect(readFileSync(join(folder, 'lenet-report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it('gives JSON on standard output and everything else on standard error', async () => {
    const { code, stdout, stderr } = await cli([...tiny, '--json', '--no-report']);
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as RunResult;
    expect(result).toMatchObject({ format: 'cenote-lenet-result', status: 'complete', evaluation: { examples: 20 } });
    expect(stderr).toContain('Test accuracy');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes the same JSON to a file, and goes on from a checkpoint with the numbers of one run', async () => {
    const weights = (file: string) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as RunResult).model.weights;
    const settings = ['--train-count', '32', '--test-count', '10', '--no-report'];
    const [whole, half] = await Promise.all([
      cli([...settings, '--epochs', '2', '--json', 'whole.json']),
      cli([...settings, '--epochs', '1', '--save', 'half.ckpt']),
    ]);
    expect([whole.code, half.code]).toEqual([0, 0]);
    expect(whole.stdout).toContain('whole.json');
    const rest = await cli(['--resume', 'half.ckpt', '--epochs', '2', '--no-report', '--json', 'rest.json']);
    expect(rest.code).toBe(0);
    expect(weights('rest.json')).toBe(weights('whole.json'));
  });

  it('says what it takes, and its version', async () => {
    const [help, version] = await Promise.all([cli(['--help']), cli(['--version'])]);
    expect([help.code, version.code]).toEqual([0, 0]);
    expect(help.stdout).toContain('--resume <file>');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('what does not fit', () => {
  it.each([
    [
      ['--epochs', 'ten'],
      /^lenet: --epochs is not a whole number.* Got "ten"; expected .*\. Use for example --epochs 8\.\n$/,
    ],
    [['--nonsense'], /^lenet: unknown option\. Got --nonsense; /],
    [['--report', 'none/r.html'], /^lenet: --report cannot be written\. Got ENOENT/],
    [['--save', '.'], /^lenet: --save names a folder\. /],
  ])('is refused with exit code 2: %j', async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('is refused with exit code 1 when it is in a file', async () => {
    writeFileSync(join(folder, 'bad'), '{"format":"cenote-lenet-checkpoint"');
    const [checkpoint, images] = await Promise.all([cli(['--resume', 'bad']), cli(['--data', '.'])]);
    expect(checkpoint).toMatchObject({ code: 1, stdout: '' });
    expect(checkpoint.stderr).toMatch(/^lenet: --resume .*bad: not a whole JSON file\. /);
    expect(images.code).toBe(1);
    expect(images.stderr).toMatch(/no IDX data set in/);
    expect(readdirSync(folder)).toEqual(['bad']);
  });
});

describe('Ctrl-C', () => {
  it('stops after the batch, tests, and writes the report and the checkpoint of the last epoch', async () => {
    let sent = false;
    const { code, stdout, stderr } = await cli([...endless, '--save', 'a.ckpt'], (child, output) => {
      if (!sent && /^Epoch 1\/10000 {2}loss/m.test(output)) sent = child.kill('SIGINT');
    });
    expect([code, stderr]).toEqual([130, '']);
    expect(stdout).toContain('Stopping after this batch.');
    expect(stdout).toMatch(/^Stopped after \d+\.\d\d of 10000 epochs\.$/m);
    expect(stdout).toMatch(/^Test accuracy .* of 256, loss/m);
    expect(readdirSync(folder).sort()).toEqual(['a.ckpt', 'lenet-report.html']);
    expect(readFileSync(join(folder, 'lenet-report.html'), 'utf8')).toMatch(/Partial\.[\s\S]*<\/html>\n$/);
  });

  it('ends at once the second time, and leaves no half-written file', async () => {
    let sent = false;
    const { code } = await cli(endless, (child, output) => {
      if (sent || !/^Epoch 1\/10000 {2}loss/m.test(output)) return;
      sent = child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 600);
    });
    expect(code).toBe(130);
    for (const file of readdirSync(folder)) {
      // It may have finished before the second signal came.
      expect(file).toBe('lenet-report.html');
      expect(readFileSync(join(folder, file), 'utf8')).toMatch(/<\/html>\n$/);
    }
  });
});
