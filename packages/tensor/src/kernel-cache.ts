import type { Kernel, Layout, Op, PoolFn } from '@cenote/backend';

interface Entry {
  readonly identity: readonly Part[];
  readonly inputs: readonly Layout[];
  readonly outputs: readonly Layout[];
  /** Null: the backend declined. */
  readonly kernel: Kernel | null;
  /** The next entry with the same hash. */
  readonly next: Entry | undefined;
}

/**
 * The kernels that a backend made, so that it is asked once for an op that is computed again and again.
 *
 * Entries are found by the op's data and all layouts, never by identity of op objects: equal ops are equal. There are two
 * generations: what is asked for lives in the young one, and when that is full, it becomes the old one, whose entries are
 * forgotten unless they are asked for meanwhile. So nothing has to be kept in order, and a hit costs one look-up.
 */
export class KernelCache {
  #young = new Map<number, Entry>();
  #old = new Map<number, Entry>();
  #size = 0;
  readonly #capacity: number;

  /** @param capacity How many kernels a generation holds; there are at most twice as many in all. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * What was said to an equal request, or else what `ask` says now: a kernel, or null where the backend declines.
   *
   * @param ask Called with layouts that do not change any more.
   */
  find(
    op: Op,
    inputs: readonly Layout[],
    outputs: readonly Layout[],
    ask: (op: Op, inputs: readonly Layout[], outputs: readonly Layout[]) => Kernel | null,
  ): Kernel | null {
    const identity = identityOf(op);
    const hash = hashOf(identity, inputs, outputs);
    const known = search(this.#young.get(hash), identity, inputs, outputs);
    if (known) return known.kernel;
    const before = search(this.#old.get(hash), identity, inputs, outputs);
    if (before) {
      this.#add(hash, before);
      return before.kernel;
    }
    const own = { inputs: inputs.map(layoutOf), outputs: outputs.map(layoutOf) };
    const kernel = ask(op, own.inputs, own.outputs);
    this.#add(hash, { identity, ...own, kernel, next: undefined });
    return kernel;
  }

  #add(hash: number, entry: Entry): void {
    if (this.#size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = 0;
    }
    this.#young.set(hash, { ...entry, next: this.#young.get(hash) });
    this.#size++;
  }

  /** How many kernels are held. */
  get size(): number {
    let size = 0;
    for (const generation of [this.#young, this.#old]) {
      for (let entry of generation.values()) for (size++; entry.next; entry = entry.next) size++;
    }
    return size;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#size = 0;
  }
}

/** What an op is told apart by: primitives, which are compared by value, and geometries, which are interned. */
type Part = number | bigint | string | boolean | object | undefined;

/** Everything that an op says. A new kind of op does not compile until it is here. */
function identityOf(op: Op): readonly Part[] {
  switch (op.kind) {
    case 'copy':
    case 'where':
      return [op.kind];
    case 'fill':
      return [op.kind, op.value];
    case 'unary':
    case 'binary':
      return [op.kind, op.fn];
    case 'reduce':
      return [op.kind, op.fn, ...op.axes];
    case 'argReduce':
      return [op.kind, op.fn, op.axis];
    case 'matmul':
      return [op.kind, op.epilogue?.bias, op.epilogue?.activation];
    case 'conv':
      return [op.kind, op.geometry, op.groups, op.epilogue?.bias, op.epilogue?.activation];
    case 'convGradInput':
    case 'convGradWeight':
      return [op.kind, op.geometry, op.groups];
    case 'pool':
    case 'poolGrad':
      return [op.kind, op.geometry, op.indices, op.pool.fn, poolParameter(op.pool)];
    case 'softmax':
      return [op.kind, op.axis, op.log];
    case 'gather':
    case 'scatterAdd':
    case 'scatter':
      return [op.kind, op.axis];
  }
}

function poolParameter(pool: PoolFn): Part {
  switch (pool.fn) {
    case 'max':
    case 'min':
      return undefined;
    case 'avg':
      return pool.divisor;
    case 'lp':
      return pool.p;
  }
}

function layoutOf({ dtype, shape, strides }: Layout): Layout {
  return { dtype, shape, strides };
}

function search(
  bucket: Entry | undefined,
  identity: readonly Part[],
  inputs: readonly Layout[],
  outputs: readonly Layout[],
): Entry | undefined {
  for (let entry = bucket; entry; entry = entry.next) {
    if (
      sameParts(entry.identity, identity) &&
      sameLayouts(entry.inputs, inputs) &&
      sameLayouts(entry.outputs, outputs)
    ) {
      return entry;
    }
  }
  return undefined;
}

function sameParts(a: readonly Part[], b: readonly Part[]): boolean {
  if (a.length !== b.length) return false;
  // Object.is: a fill with NaN is like itself, and one with −0 not like one with 0.
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function sameLayouts(a: readonly Layout[], b: readonly Layout[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [own, other] = [a[i], b[i]];
    if (own.dtype !== other.dtype) return false;
    if (!sameNumbers(own.shape, other.shape) || !sameNumbers(own.strides, other.strides)) return false;
  }
  return true;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Equal for equal requests; what it leaves out (dtypes, which geometry) is for the comparison to tell apart. */
function hashOf(identity: readonly Part[], inputs: readonly Layout[], outputs: readonly Layout[]): number {
  let hash = inputs.length;
  for (const part of identity) hash = mixed(hash, part);
  for (const { shape, strides } of inputs) {
    for (let axis = 0; axis < shape.length; axis++) {
      hash = Math.imul(hash ^ shape[axis], 0x01000193);
      hash = Math.imul(hash ^ strides[axis], 0x01000193);
    }
  }
  for (const { shape } of outputs) {
    for (let axis = 0; axis < shape.length; axis++) hash = Math.imul(hash ^ shape[axis], 0x01000193);
  }
  return hash;
}

const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);

function mixed(hash: number, part: Part): number {
  return Math.imul(hash ^ digest(part), 0x01000193);
}

function digest(part: Part): number {
  if (typeof part === 'number') {
    float[0] = part;
    return halves[0] ^ halves[1];
  }
  // Names of ops and functions differ in length or at an end.
  if (typeof part === 'string') return part.length + 31 * part.charCodeAt(0) + 961 * part.charCodeAt(part.length - 1);
  if (typeof part === 'bigint') return digest(Number(part));
  return part === true ? 1 : 0;
}
