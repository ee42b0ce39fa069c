import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run on the sources: the '@cenote/source' export condition of each package points at src/index.ts.
const conditions = ['@cenote/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tooling/test/**/*.test.ts'],
    globalSetup: ['tooling/vitest/build-kernels.ts'],
    testTimeout: 60_000,
    // One more than there are processors: tests wait for browsers, drivers and compilers, which leaves a third of a small
    // machine idle.
    maxWorkers: availableParallelism() + 1,
  },
});
