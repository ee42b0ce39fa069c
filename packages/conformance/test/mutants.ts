import {
  byteSize,
  isFloat,
  type Layout,
  type Op,
  type SyncBackend,
  type TypedArray,
  typedArrayView,
  type View,
} from '@cenote/backend';
import { type ReferenceBuffer, type ReferenceKernel, referenceBackend } from '@cenote/backend-reference';
import { roleStrides, type WindowGeometry } from '@cenote/shape';

/** The elements of a tensor of a backend that can be read and changed in place. */
export interface Elements {
  readonly shape: readonly number[];
  get(flat: number): number;
  set(flat: number, value: number): void;
  /** Position in the buffer, where strides are known. */
  at(position: number): number;
  readonly layout: Layout;
  readonly offset: number;
  readonly length: number;
}

/** A deliberate bug. */
export interface Mutation {
  /** Asks for another op than the one that was wanted. */
  readonly op?: (op: Op) => Op;
  /** Reads inputs with another layout. */
  readonly layout?: (layout: Layout, op: Op) => Layout;
  /** Reads inputs from the start of their buffers. */
  readonly ignoresOffsets?: boolean;
  /** Keeps buffers that it was told to free, once in a while. */
  readonly leaks?: boolean;
  /** Changes results after they were computed correctly. */
  readonly after?: (op: Op, inputs: readonly Elements[], outputs: readonly Elements[]) => void;
}

type Buffer = ReferenceBuffer;

interface MutantKernel extends ReferenceKernel {
  readonly finish: (inputs: readonly View<Buffer>[], outputs: readonly View<Buffer>[]) => void;
  readonly source: ReferenceKernel;
}

/** The reference backend with a bug. */
export function mutant({
  op: change,
  layout,
  ignoresOffsets,
  leaks,
  after,
}: Mutation): SyncBackend<Buffer, ReferenceKernel> {
  const inner = referenceBackend();
  const open = (view: View<Buffer>, own: Layout): { elements: Elements; close: () => void } => {
    const bytes = inner.readSync(view.buffer);
    const array = typedArrayView(own.dtype, bytes, 0, bytes.byteLength / byteSize[own.dtype]);
    const position = (flat: number) => {
      let at = view.offset;
      let rest = flat;
      for (let axis = own.shape.length - 1; axis >= 0; axis--) {
        at += (rest % own.shape[axis]) * own.strides[axis];
        rest = Math.floor(rest / own.shape[axis]);
      }
      return at;
    };
    const elements: Elements = {
      shape: own.shape,
      layout: own,
      offset: view.offset,
      length: own.shape.reduce((a, b) => a * b, 1),
      get: (flat) => Number(array[position(flat)]),
      set: (flat, value) => store(array, position(flat), value),
      at: (at) => Number(array[at]),
    };
    return { elements, close: () => inner.write(view.buffer, array) };
  };
  const makeKernel = (op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): MutantKernel | null => {
    const changed = change?.(op) ?? op;
    const used = inputs.map((own) => layout?.(own, op) ?? own);
    const source = inner.kernel(changed, used.slice(0, inputCount(changed, used.length)), outputs);
    if (source === null) return null;
    return {
      ...source,
      source,
      finish: (inputViews, outputViews) => {
        if (after === undefined) return;
        const opened = [...inputViews, ...outputViews].map((view, i) => open(view, [...inputs, ...outputs][i]));
        const elements = opened.map((one) => one.elements);
        after(op, elements.slice(0, inputs.length), elements.slice(inputs.length));
        for (const { close } of opened) close();
      },
    };
  };
  const backend: SyncBackend<Buffer, ReferenceKernel> = {
    name: 'mutant',
    caps: inner.caps,
    alloc: (byteLength) => inner.alloc(byteLength),
    free(buffer) {
      if (!leaks || buffer.byteLength !== 12) inner.free(buffer);
    },
    write: (target, data, byteOffset) => inner.write(target, data, byteOffset),
    read: (buffer, byteOffset, byteLength) => inner.read(buffer, byteOffset, byteLength),
    readSync: (buffer, byteOffset, byteLength) => inner.readSync(buffer, byteOffset, byteLength),
    kernel: makeKernel,
    run(kernel, inputs, outputs) {
      const own = kernel as MutantKernel;
      inner.run(own.source, ignoresOffsets ? inputs.map((view) => ({ ...view, offset: 0 })) : inputs, outputs);
      own.finish(inputs, outputs);
    },
    sync: () => inner.sync(),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return leaks ? Object.defineProperty(backend, 'liveBuffers', { get: () => inner.liveBuffers }) : backend;
}

function store(array: TypedArray, at: number, value: number): void {
  if (array instanceof BigInt64Array) array[at] = BigInt(Math.trunc(value));
  else array[at] = value;
}

/** A convolution or product that forgot its bias has one input less. */
function inputCount(op: Op, given: number): number {
  if (op.kind !== 'conv' && op.kind !== 'matmul') return given;
  return op.epilogue?.bias ? given : 2;
}

/** How a maximum goes wrong. */
export interface MaximumBug {
  /** The last of equal taps gives the index. */
  readonly lastTie?: boolean;
  /** NaN is skipped. */
  readonly ignoresNan?: boolean;
  /** The first NaN gives the index. */
  readonly firstNan?: boolean;
}

/** Maximum pooling by plain loops over the valid taps, with a bug; overwrites `y` and `indices`. */
export function buggyMaximum(
  geometry: WindowGeometry,
  x: Elements,
  y: Elements,
  indices: Elements | undefined,
  bug: MaximumBug,
): void {
  const from = roleStrides(geometry, x.layout.strides);
  const to = roleStrides(geometry, contiguous(y.shape));
  const [depth, height, width] = geometry.axes;
  for (const [n, c, d, h, w] of every([
    geometry.batch,
    geometry.inputChannels,
    depth.output,
    height.output,
    width.output,
  ])) {
    let best = Number.NaN;
    let found = -1;
    for (const [i, j, k] of every([depth.count[d], height.count[h], width.count[w]])) {
      const z = depth.start[d] + i * depth.dilation;
      const r = height.start[h] + j * height.dilation;
      const q = width.start[w] + k * width.dilation;
      const plane = x.offset + n * from.batch + c * from.channel;
      const value = x.at(plane + z * from.depth + r * from.height + q * from.width);
      if (found >= 0 && !replaces(value, best, bug)) continue;
      best = value;
      found = (z * height.input + r) * width.input + q;
    }
    const flat = n * to.batch + c * to.channel + d * to.depth + h * to.height + w * to.width;
    y.set(flat, best);
    indices?.set(flat, found);
  }
}

function replaces(value: number, best: number, { lastTie, ignoresNan, firstNan }: MaximumBug): boolean {
  if (Number.isNaN(value)) return !ignoresNan && !(firstNan && Number.isNaN(best));
  return value > best || (lastTie === true && value === best) || (ignoresNan === true && Number.isNaN(best));
}

/** All index tuples below `sizes`, row-major. */
function* every(sizes: readonly number[]): Generator<readonly number[]> {
  if (sizes.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < sizes[0]; i++) for (const rest of every(sizes.slice(1))) yield [i, ...rest];
}

function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

/** A geometry that forgot its dilation: taps lie next to each other. */
export function undilated(geometry: WindowGeometry): WindowGeometry {
  const [depth, height, width] = geometry.axes;
  return {
    ...geometry,
    key: `${geometry.key};undilated`,
    axes: [
      { ...depth, dilation: 1 },
      { ...height, dilation: 1 },
      { ...width, dilation: 1 },
    ],
  };
}

/** The number of taps in the kernel, valid or not. */
export function kernelTaps({ axes }: WindowGeometry): number {
  return axes.reduce((product, axis) => product * axis.kernel, 1);
}

/** Rounds floats to 12 significant bits, as a careless low-precision kernel would. */
export function coarsen(outputs: readonly Elements[]): void {
  for (const y of outputs) {
    if (!isFloat(y.layout.dtype)) continue;
    for (let i = 0; i < y.length; i++) {
      const value = y.get(i);
      if (!Number.isFinite(value) || value === 0) continue;
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 11);
      y.set(i, Math.round(value / unit) * unit);
    }
  }
}
