import type { TestContext } from 'vitest';

/**
 * Skips a test that needs something this machine does not have: a backend, a browser, a tool. With
 * `CENOTE_REQUIRE_ALL=1`, as in continuous integration, the test fails instead: what is required and missing must not go
 * unnoticed.
 *
 * @param context what Vitest passes to the test
 * @param what what is missing, and where it comes from: `PyTorch 1.13 (Debian: python3-torch)`
 */
export function missing(context: TestContext, what: string): never {
  if (process.env.CENOTE_REQUIRE_ALL === '1') throw new Error(`Missing, with CENOTE_REQUIRE_ALL=1: ${what}`);
  context.skip(`needs ${what}`);
}
