import type { GpuFeatures, Step } from '../../plan.js';
import { floatHelpers } from '../../wgsl/elements.js';
import { threadGrid, threadsPerGroup } from '../../wgsl/per-element.js';

/** A step in which each thread runs `body`, given its number `i: u32`; `null` when there are too many threads. */
export function threadStep(
  threads: number,
  { functions, body, bindings }: { functions: string; body: string; bindings: Step['bindings'] },
  features: GpuFeatures,
): Step | null {
  const workgroups = threadGrid(threads, features);
  if (workgroups === null) return null;
  return {
    code: `
${floatHelpers}
${functions}
@compute @workgroup_size(${threadsPerGroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.x + id.y * groups.x * ${threadsPerGroup}u;
  if (i >= ${threads}u) { return; }
${body}
}`,
    bindings,
    workgroups,
  };
}
