// `npm test`: everything that has to hold before a change goes in, on a fresh clone too. Arguments go to Vitest:
// `npm test -- packages/shape` runs that package's tests only. The last line is always `N passed, N failed, N skipped`;
// a phase counts as one check, and a failed one does not keep the later ones from running.
import './lib/require-node.mjs';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phase } from './lib/phase.mjs';
import { run } from './lib/run.mjs';
import { build, buildKernels, install, needsInstall, programPath, root, runProgram } from './lib/workspace.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };
const failure = { code: 1, output: '' };

/**
 * @param {string} title
 * @param {() => Promise<import('./lib/run.mjs').Finished>} work
 */
async function check(title, work) {
  const passed = await phase(process.stdout, title, work);
  counts[passed ? 'passed' : 'failed']++;
  return passed;
}

if (!needsInstall() || (await phase(process.stdout, 'install packages', install))) {
  // First, because the sources import what it writes.
  await check('WebAssembly', buildKernels);
  await check('format and lint', () => runProgram('@biomejs/biome', 'biome', ['check', '--error-on-warnings', '.']));
  await check('lint with types', () => runProgram('oxlint', 'oxlint', []));
  await check('import rules', () => run(process.execPath, ['tooling/scripts/check-imports.mjs'], { cwd: root }));
  await check('types', () => runProgram('typescript', 'tsc', ['-p', 'tsconfig.json']));
  // Apart from the rest, because its sources know the globals of the browser.
  await check('types of the site', () => runProgram('typescript', 'tsc', ['-p', 'apps/docs/tsconfig.json']));
  await check('build', () => build());
  // Changesets compares with the main branch, which an unpacked archive or a shallow checkout does not have.
  if ((await run('git', ['rev-parse', '--verify', '--quiet', 'main'], { cwd: root }).catch(() => failure)).code === 0) {
    await check('changesets', () => runProgram('@changesets/cli', 'changeset', ['status']));
  } else counts.skipped++;
  await runTests(process.argv.slice(2));
} else counts.failed++;

process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** @param {readonly string[]} args */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'cenote-test-'));
  const countsFile = join(folder, 'counts.json');
  const reporters = ['--reporter=default', '--reporter=./tooling/vitest/summary-reporter.ts'];
  const { code } = await run(process.execPath, [programPath('vitest', 'vitest'), 'run', ...reporters, ...args], {
    cwd: root,
    env: { ...process.env, CENOTE_TEST_COUNTS: countsFile },
    inherit: true,
  });
  /** @type {import('../vitest/summary-reporter.js').Counts} */
  const tests = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  rmSync(folder, { recursive: true });
  counts.passed += tests.passed;
  // Vitest can fail without a failed test: when it finds none, or dies.
  counts.failed += code !== 0 && tests.failed === 0 ? 1 : tests.failed;
  counts.skipped += tests.skipped;
}
