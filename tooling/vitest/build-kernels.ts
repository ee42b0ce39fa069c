import { buildKernels } from '../scripts/lib/workspace.mjs';

/** Before the tests: the CPU backend's sources import its compiled kernels. Takes no time when they are up to date. */
export default async function setup(): Promise<void> {
  const { code, output } = await buildKernels();
  if (code !== 0) throw new Error(output);
}
