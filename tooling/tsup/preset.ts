import { defineConfig, type Options } from 'tsup';

/**
 * The one way a package of this workspace is bundled: ESM, ES2022, one file per entry.
 * Declarations come from `tsc --emitDeclarationOnly`, because tsup's own do not run on TypeScript 7.
 */
export function preset(entry: Record<string, string> = { index: 'src/index.ts' }, options: Options = {}) {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    dts: false,
    clean: true,
    sourcemap: true,
    treeshake: true,
    splitting: true,
    external: [/^node:/],
    removeNodeProtocol: false,
    silent: true,
    ...options,
  });
}
