import type { Module } from '../module.js';

/** Runs `body` with a model set to training or inference, and then sets each module as it was before. */
export async function inMode<T>(model: Module, training: boolean, body: () => Promise<T>): Promise<T> {
  const before = model.namedModules().map(([, module]) => [module, module.training] as const);
  model.train(training);
  try {
    return await body();
  } finally {
    restore(before);
  }
}

/** Outermost first, because a module sets those inside too. */
function restore(modes: readonly (readonly [Module, boolean])[]): void {
  for (const [module, training] of modes) module.train(training);
}
