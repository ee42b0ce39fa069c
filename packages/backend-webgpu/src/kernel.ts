import type { Kernel } from '@cenote/backend';
import type { GpuBindGroupLayout, GpuComputePipeline, GpuDevice } from './gpu.js';
import { visibleToCompute } from './gpu.js';
import type { Binding, Plan, Step } from './plan.js';
import type { Dispatch } from './recorder.js';

/** A dispatch with what its bindings are. */
export interface CompiledStep extends Dispatch {
  readonly bindings: readonly Binding[];
}

/** A plan with its pipelines. */
export class WebGpuKernel implements Kernel {
  readonly variant: string;
  readonly steps: readonly CompiledStep[];
  readonly temporaries: readonly number[];
  /** What runs instead where a view does not begin at a multiple of four elements; `null` where that does not matter. */
  readonly unaligned: (() => WebGpuKernel) | null;

  constructor(
    variant: string,
    steps: readonly CompiledStep[],
    temporaries: readonly number[],
    unaligned: (() => WebGpuKernel) | null,
  ) {
    this.variant = variant;
    this.steps = steps;
    this.temporaries = temporaries;
    this.unaligned = unaligned;
  }
}

/** So many pipelines are kept at most; those that were not asked for the longest go first. */
const maxPipelines = 1024;

interface Compiled {
  readonly pipeline: GpuComputePipeline;
  readonly layout: GpuBindGroupLayout;
}

/** Makes pipelines of shaders, each shader once. */
export class PipelineCache {
  readonly #device: GpuDevice;
  readonly #pipelines = new Map<string, Compiled>();
  readonly #layouts = new Map<string, GpuBindGroupLayout>();

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /**
   * A kernel for a plan. Errors of its shaders surface in the error scope around.
   *
   * @param unaligned Makes what stands in for a plan that needs aligned views.
   */
  compile(variant: string, plan: Plan, unaligned: () => WebGpuKernel): WebGpuKernel {
    const steps = plan.steps.map((step, index): CompiledStep => {
      const label = plan.steps.length === 1 ? variant : `${variant} (${index + 1} of ${plan.steps.length})`;
      return {
        label,
        ...this.#pipeline(label, step),
        workgroups: step.workgroups,
        number: step.number ?? 0,
        bindings: step.bindings.map(({ what }) => what),
      };
    });
    return new WebGpuKernel(variant, steps, plan.temporaries ?? [], plan.aligned === true ? once(unaligned) : null);
  }

  #pipeline(label: string, step: Step): Compiled {
    const code = wholeShader(step);
    const known = this.#pipelines.get(code);
    if (known !== undefined) {
      this.#pipelines.delete(code);
      this.#pipelines.set(code, known);
      return known;
    }
    const layout = this.#layout(step.bindings.map(({ what }) => isWritten(what)));
    const pipeline = this.#device.createComputePipeline({
      label,
      layout: this.#device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module: this.#device.createShaderModule({ label, code }), entryPoint: 'main' },
    });
    const compiled = { pipeline, layout };
    this.#pipelines.set(code, compiled);
    if (this.#pipelines.size > maxPipelines) {
      const [oldest] = this.#pipelines.keys();
      this.#pipelines.delete(oldest);
    }
    return compiled;
  }

  /** Layouts are alike for equal bindings, so that bind groups can be shared. */
  #layout(written: readonly boolean[]): GpuBindGroupLayout {
    const key = written.map((one) => (one ? 'w' : 'r')).join('');
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const layout = this.#device.createBindGroupLayout({
      label: `cenote ${key}`,
      entries: [
        ...written.map((one, binding) => ({
          binding,
          visibility: visibleToCompute,
          buffer: { type: one ? ('storage' as const) : ('read-only-storage' as const) },
        })),
        {
          binding: written.length,
          visibility: visibleToCompute,
          buffer: { type: 'uniform' as const, hasDynamicOffset: true },
        },
      ],
    });
    this.#layouts.set(key, layout);
    return layout;
  }
}

/** Calls a function when its result is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly result: T } | null = null;
  return () => {
    made ??= { result: make() };
    return made.result;
  };
}

function isWritten(what: Binding): boolean {
  return what.kind === 'output' || (what.kind === 'temporary' && what.write);
}

/** The name of a binding in the shader: `in0`, `out0`, `temporary0`. */
export function bindingName({ kind, index }: Binding): string {
  return `${kind === 'input' ? 'in' : kind === 'output' ? 'out' : 'temporary'}${index}`;
}

/** The shader of a step with its bindings, and the offsets of views. */
function wholeShader({ code, bindings }: Step): string {
  const declarations = bindings.map(
    ({ what, declaration }, index) =>
      `@group(0) @binding(${index}) var<storage, ${isWritten(what) ? 'read_write' : 'read'}> ${bindingName(what)}: ${declaration};`,
  );
  const offsets = bindings.map(
    ({ what }, index) => `fn ${bindingName(what)}Offset() -> u32 { return offsets[${index >> 2}][${index & 3}]; }`,
  );
  return [
    // Extensions have to come first.
    ...(code.match(/^enable .*;$/gm) ?? []),
    ...declarations,
    `@group(0) @binding(${bindings.length}) var<uniform> offsets: array<vec4<u32>, 2>;`,
    ...offsets,
    'fn number() -> u32 { return offsets[1].w; }',
    code.replace(/^enable .*;$/gm, ''),
  ].join('\n');
}
