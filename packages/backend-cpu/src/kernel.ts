import type { BufferHandle, Kernel, View } from '@cenote/backend';
import type { Heap } from './heap.js';
import type { Argument, Plan, Step } from './plan.js';
import type { KernelFunction } from './platform.js';

/** Memory of the CPU backend. */
export class CpuBuffer implements BufferHandle {
  readonly byteLength: number;
  /** Where it is in the heap, in bytes; 0 after it was freed. */
  address: number;

  constructor(byteLength: number, address: number) {
    this.byteLength = byteLength;
    this.address = address;
  }
}

/** A slot that is filled in when the kernel runs. */
interface Patch {
  /** Index of the slot among the words of the heap. */
  readonly word: number;
  readonly from: 'input' | 'output' | 'temporary';
  readonly index: number;
  readonly byteOffset: number;
  /** Bytes per element of the view, whose offset counts elements. */
  readonly elementBytes: number;
}

/** A {@link Step} that is ready to run. */
export interface CompiledStep {
  readonly run: KernelFunction;
  readonly source: Step;
  /** The address of the argument block. */
  readonly block: number;
  readonly patches: readonly Patch[];
}

/** A plan with its argument blocks and constants in the heap. */
export class CpuKernel implements Kernel {
  readonly variant: string;
  readonly steps: readonly CompiledStep[];
  readonly temporaries: readonly number[];

  constructor(variant: string, steps: readonly CompiledStep[], temporaries: readonly number[]) {
    this.variant = variant;
    this.steps = steps;
    this.temporaries = temporaries;
  }
}

/** What a kernel owns in the heap. */
export type KernelMemory = readonly number[];

/**
 * Writes a plan's argument blocks and constants into the heap.
 *
 * @param elementBytes Bytes per element of each input and output.
 * @param functions What the module of the plan's target exports.
 */
export function compilePlan(
  variant: string,
  plan: Plan,
  heap: Heap,
  elementBytes: { readonly input: readonly number[]; readonly output: readonly number[] },
  functions: Readonly<Record<string, KernelFunction>>,
): { readonly kernel: CpuKernel; readonly memory: KernelMemory } {
  const memory: number[] = [];
  try {
    const steps = plan.steps.map((step): CompiledStep => {
      const slots = layOut(step.args);
      const block = heap.allocate(slots.length * 4);
      memory.push(block);
      const patches: Patch[] = [];
      for (const [slot, argument] of slots.entries()) {
        const word = block / 4 + slot;
        if (argument === null) continue;
        if (typeof argument === 'number') heap.words[word] = argument;
        else if (argument.kind === 'table') {
          const { data } = argument;
          const address = heap.allocate(data.byteLength);
          memory.push(address);
          heap.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
          heap.words[word] = address;
        } else if (argument.kind === 'f32') {
          new Float32Array(heap.memory.buffer, word * 4, 1)[0] = argument.value;
        } else if (argument.kind === 'f64') {
          new Float64Array(heap.memory.buffer, word * 4, 1)[0] = argument.value;
        } else {
          const { kind: from, index, byteOffset } = argument;
          patches.push({
            word,
            from,
            index,
            byteOffset,
            elementBytes: from === 'temporary' ? 1 : elementBytes[from][index],
          });
        }
      }
      return { run: functions[step.function], source: step, block, patches };
    });
    return { kernel: new CpuKernel(variant, steps, plan.temporaries ?? []), memory };
  } catch (error) {
    for (const address of memory) heap.free(address);
    throw error;
  }
}

/** The slots of an argument block; `null` is one that holds nothing, or the second half of an f64. */
function layOut(args: readonly Argument[]): (Argument | null)[] {
  const slots: (Argument | null)[] = [];
  for (const argument of args) {
    const isWide = typeof argument === 'object' && argument.kind === 'f64';
    if (isWide && slots.length % 2 === 1) slots.push(null);
    slots.push(argument);
    if (isWide) slots.push(null);
  }
  return slots;
}

/** Fills in where this run's inputs, outputs and temporaries are. */
export function patchArguments(
  heap: Heap,
  step: CompiledStep,
  inputs: readonly View<CpuBuffer>[],
  outputs: readonly View<CpuBuffer>[],
  temporaries: readonly number[],
): void {
  const { words } = heap;
  for (const { word, from, index, byteOffset, elementBytes } of step.patches) {
    if (from === 'temporary') words[word] = temporaries[index] + byteOffset;
    else {
      const { buffer, offset } = (from === 'input' ? inputs : outputs)[index];
      words[word] = buffer.address + offset * elementBytes + byteOffset;
    }
  }
}
