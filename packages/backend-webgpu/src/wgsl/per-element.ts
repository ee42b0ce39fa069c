import type { DType, Layout } from '@cenote/backend';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import type { GpuFeatures, Step } from '../plan.js';
import { computeType, floatHelpers, isByte, loader, storageType } from './elements.js';

/** Threads of a workgroup, where they do not work together. */
export const threadsPerGroup = 64;

/** Workgroups for so many threads; `null` when there are too many. */
export function threadGrid(
  threads: number,
  { maxWorkgroupsPerAxis }: GpuFeatures,
): readonly [number, number, number] | null {
  const groups = Math.ceil(threads / threadsPerGroup);
  const x = Math.min(groups, maxWorkgroupsPerAxis);
  const y = Math.ceil(groups / x);
  if (y > maxWorkgroupsPerAxis || threads > 2 ** 32 - 2 ** 24) return null;
  return [x, y, 1];
}

/** WGSL that takes a flat position apart: `let c0 = …; let c1 = …;` */
export function coordinates(shape: Shape, position = 'i', prefix = 'c'): string {
  const strides = contiguousStrides(shape);
  return shape
    .map((size, axis) => {
      const quotient = strides[axis] === 1 ? position : `${position} / ${Math.max(1, strides[axis])}u`;
      return `let ${prefix}${axis} = ${axis === 0 ? quotient : `(${quotient}) % ${Math.max(1, size)}u`};`;
    })
    .join(' ');
}

/** WGSL for the place of an element: `c0 * 12u + c1 * 4u`. */
export function placeOf(strides: readonly number[], prefix = 'c'): string {
  const terms = strides.flatMap((stride, axis) =>
    stride === 0 ? [] : [stride === 1 ? `${prefix}${axis}` : `${prefix}${axis} * ${stride}u`],
  );
  return terms.length === 0 ? '0u' : terms.join(' + ');
}

/** What a thread computes for one element of the output. */
export interface ElementProgram {
  /** Layouts of the inputs, which are bound as `in0`, `in1`, … and read with `load_in0(in0Offset() + …)`. */
  readonly inputs: readonly Layout[];
  /** Which output of the op this is. */
  readonly outputIndex: number;
  readonly output: Layout;
  /** WGSL functions that {@link body} uses. */
  readonly functions?: string;
  /** WGSL statements that end in `return …;`, given the flat position `i: u32` of the element. */
  readonly body: string;
  /** Whether the program does not depend on the number of elements, so that one pipeline serves all sizes. */
  readonly anySize?: boolean;
}

/** A step in which each thread computes one element, or one word of four bytes. */
export function perElement(program: ElementProgram, features: GpuFeatures): Step | null {
  const { inputs, output, outputIndex, anySize = false } = program;
  const count = elementCount(output.shape);
  const bytes = isByte(output.dtype);
  const isDense = output.strides.every((stride, axis) => stride === contiguousStrides(output.shape)[axis]);
  // Bytes that are not neighbours share words with others, so that each is exchanged atomically.
  const scattered = bytes && !isDense;
  const threads = bytes && !scattered ? Math.ceil(count / 4) + 1 : count;
  const workgroups = threadGrid(threads, features);
  if (workgroups === null) return null;
  const name = `out${outputIndex}`;
  const type = computeType(output.dtype);
  const place = isDense ? 'i' : `placeOfOutput(i)`;
  const store = scattered
    ? `let p = ${name}Offset() + ${place};
       let shift = (p & 3u) << 3u;
       atomicAnd(&${name}[p >> 2u], ~(255u << shift));
       atomicOr(&${name}[p >> 2u], (u32(value(i)) & 255u) << shift);`
    : bytes
      ? `let begin = ${name}Offset();
         let word = (begin >> 2u) + i;
         if (word * 4u >= begin + count) { return; }
         var packed = ${name}[word];
         for (var lane = 0u; lane < 4u; lane++) {
           let p = word * 4u + lane;
           if (p < begin || p >= begin + count) { continue; }
           packed = (packed & ~(255u << (lane << 3u))) | ((u32(value(p - begin)) & 255u) << (lane << 3u));
         }
         ${name}[word] = packed;`
      : `if (i >= count) { return; }
         ${name}[${name}Offset() + ${place}] = value(i);`;
  return {
    code: `
${floatHelpers}
${inputs.map(({ dtype }, index) => loader(`in${index}`, dtype)).join('\n')}
${isDense ? '' : `fn placeOfOutput(i: u32) -> u32 { ${coordinates(output.shape)} return ${placeOf(output.strides)}; }`}
${program.functions ?? ''}
fn value(i: u32) -> ${type} {
${program.body}
}
@compute @workgroup_size(${threadsPerGroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let count = ${anySize ? 'number()' : `${count}u`};
  let i = id.x + id.y * groups.x * ${threadsPerGroup}u;
  ${scattered ? 'if (i >= count) { return; }' : ''}
  ${store}
}`,
    bindings: [
      ...inputs.map(({ dtype }, index) => ({
        what: { kind: 'input' as const, index },
        declaration: storageType(dtype),
      })),
      {
        what: { kind: 'output' as const, index: outputIndex },
        declaration: scattered ? 'array<atomic<u32>>' : storageType(output.dtype),
      },
    ],
    workgroups,
    ...(anySize && { number: count }),
  };
}

/** WGSL that reads input `index` at the element with coordinates `c0`, `c1`, …, by its strides. */
export function readAt(index: number, strides: readonly number[], prefix = 'c'): string {
  return `load_in${index}(in${index}Offset() + ${placeOf(strides, prefix)})`;
}

/** A dtype as part of a kernel's name. */
export function nameOf(dtype: DType, rest: string): string {
  return `${dtype}_${rest}`;
}
