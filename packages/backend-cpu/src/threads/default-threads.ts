interface Surroundings {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly process?: { getBuiltinModule?(name: 'node:os'): { availableParallelism(): number } };
}

const surroundings = globalThis as Surroundings;

/** As many threads as the machine runs at once; 1 where it does not say. */
export function defaultThreads(): number {
  const { navigator, process } = surroundings;
  return navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.('node:os').availableParallelism() ?? 1;
}
