import type { GpuFeatures, Plan, Step } from '../../plan.js';
import { floatHelpers } from '../../wgsl/elements.js';
import { type Fold, foldFunctions, type Lanes, vectorType } from '../../wgsl/fold.js';
import { threadGrid, threadsPerGroup } from '../../wgsl/per-element.js';
import { countOf, inFours, type Lines, placeFunction } from './lines.js';

/** Threads of a workgroup that folds together. */
const groupSize = 256;
/** A thread folds at least so many values by itself, and adds up so many before they meet the rest, which costs fewer digits. */
const valuesPerThread = 8;
const partLength = 16;
/** At most so many workgroups share one result. */
const mostSegments = 64;

/** What is folded, and how the result is finished. */
export interface Reduction {
  readonly name: string;
  readonly fold: Fold;
  readonly lines: Lines;
  /** WGSL that makes an element of a total that {@link Fold.store} has made one already. */
  readonly finish: (element: string) => string;
}

/** Whether so many results leave a GPU idle when each is computed by one thread. */
export function worthSharing({ lines }: Reduction, { busyThreads }: GpuFeatures): boolean {
  return countOf(lines.kept) < busyThreads && countOf(lines.reduced) >= 32;
}

/**
 * A reduction in which several threads share a result: each folds every so manieth value, four at once where they lie in fours,
 * and in workgroup memory they fold what they have, halving their number each time. Where there are fewer results than keep a
 * GPU busy, several workgroups share one, and a second step folds what they found. The order is always the same, and so are the bits.
 */
export function togetherPlan({ name, fold, lines, finish }: Reduction, features: GpuFeatures): Plan | null {
  const fours = inFours(lines);
  const { kept, reduced, reducedInside } = fours ?? lines;
  const lanes: Lanes = fours === null ? 1 : 4;
  // Four values of one result end up in one number; four results stay apart.
  const outLanes: Lanes = reducedInside ? 1 : lanes;
  const results = countOf(kept);
  const values = countOf(reduced);
  // Fewer values than one thread folds by itself are not shared.
  if (results === 0 || values <= valuesPerThread) return null;
  const most = reducedInside ? groupSize : 16;
  let threads = 1;
  while (threads < most && threads * valuesPerThread < values) threads *= 2;
  const perGroup = groupSize / threads;
  const blocks = Math.ceil(results / perGroup);
  let segments = 1;
  while (
    segments < mostSegments &&
    blocks * groupSize * segments < features.busyThreads &&
    threads * segments * 2 * valuesPerThread <= values
  ) {
    segments *= 2;
  }
  const workgroups = threadGrid(blocks * segments * threadsPerGroup, features);
  if (workgroups === null) return null;
  const share = Math.ceil(values / segments);
  const inElements = `array<${vectorType(fold.storage, lanes)}>`;
  const outElements = `array<${vectorType(fold.storage, outLanes)}>`;
  const neutral = `T(${fold.neutral})`;
  const distance = reducedInside ? 1 : perGroup;
  const joinsFours = lanes === 4 && reducedInside;
  const join = joinsFours
    ? fold.combine(`(${fold.combine('four.x', 'four.y')})`, `(${fold.combine('four.z', 'four.w')})`)
    : 'four';
  // The functions of a fold are over vectors here; a number that was joined fills one of them.
  const element = finish(joinsFours ? `(${fold.store('T(total)')}).x` : fold.store('total'));
  const write =
    segments === 1
      ? `out0[out0Offset() / ${outLanes}u + o] = ${element};`
      : `temporary0[segment * ${results}u + o] = total;`;
  const first: Step = {
    code: `
${floatHelpers}
${foldFunctions(fold, lanes)}
${placeFunction('keptPlace', kept)}
${placeFunction('reducedPlace', reduced)}
var<workgroup> totals: array<${vectorType(fold.storage, outLanes)}, ${groupSize}>;
@compute @workgroup_size(${groupSize})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let group = id.x + id.y * groups.x;
  let segment = group / ${blocks}u;
  let lane = ${reducedInside ? `local % ${threads}u` : `local / ${perGroup}u`};
  let o = (group - segment * ${blocks}u) * ${perGroup}u + ${reducedInside ? `local / ${threads}u` : `local % ${perGroup}u`};
  var four = ${neutral};
  let end = min(${values}u, (segment + 1u) * ${share}u);
  if (o < ${results}u && segment < ${segments}u) {
    let base = in0Offset() / ${lanes}u + keptPlace(o);
    for (var start = segment * ${share}u + lane; start < end; start += ${threads * partLength}u) {
      var part = ${neutral};
      for (var r = start; r < min(end, start + ${threads * partLength}u); r += ${threads}u) {
        part = ${fold.combine('part', fold.load('in0[base + reducedPlace(r)]'))};
      }
      four = ${fold.combine('four', 'part')};
    }
  }
  var total = ${join};
  totals[local] = total;
  for (var step = ${Math.floor(threads / 2)}u; step > 0u; step = step / 2u) {
    workgroupBarrier();
    if (lane < step) {
      let other = totals[local + step * ${distance}u];
      total = ${fold.combine('total', 'other')};
      totals[local] = total;
    }
  }
  if (lane == 0u && o < ${results}u && segment < ${segments}u) { ${write} }
}`,
    bindings: [
      { what: { kind: 'input', index: 0 }, declaration: inElements },
      segments === 1
        ? { what: { kind: 'output', index: 0 }, declaration: outElements }
        : { what: { kind: 'temporary', index: 0, write: true }, declaration: outElements },
    ],
    workgroups,
  };
  const aligned = lanes === 4 && { aligned: true };
  const full = `${name}_together${lanes === 4 ? (reducedInside ? '_w4' : '_c4') : ''}`;
  if (segments === 1) return { name: full, steps: [first], ...aligned };
  const secondGroups = threadGrid(results, features);
  if (secondGroups === null) return null;
  const second: Step = {
    code: `
${floatHelpers}
${foldFunctions(fold, outLanes)}
@compute @workgroup_size(${threadsPerGroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let o = id.x + id.y * groups.x * ${threadsPerGroup}u;
  if (o >= ${results}u) { return; }
  var total = T(${fold.neutral});
  for (var s = 0u; s < ${segments}u; s++) { let part = temporary0[s * ${results}u + o]; total = ${fold.combine('total', 'part')}; }
  out0[out0Offset() / ${outLanes}u + o] = ${finish(fold.store('total'))};
}`,
    bindings: [
      { what: { kind: 'temporary', index: 0, write: false }, declaration: outElements },
      { what: { kind: 'output', index: 0 }, declaration: outElements },
    ],
    workgroups: secondGroups,
  };
  return { name: full, steps: [first, second], temporaries: [segments * results * outLanes * 4], ...aligned };
}
