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
    // All processors: by default one is left free, which is half of a small machine.
    maxWorkers: availableParallelism(),
  },
});
