// Writes TypeScript that compiles only if the shapes that the compiler computes (`@cenote/shape/types`) are those that
// the functions of `@cenote/shape` return at run time. Where a function throws, the type has to be a ShapeError.
//
// Its test writes a file and compiles it. By hand, after a build:
//   node tooling/scripts/generate-shape-type-cases.mjs [seed] [count] > cases.ts
import { argv, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import {
  broadcastShapes,
  concatShape,
  flattenShape,
  isCenoteError,
  matmulShape,
  normalizeAxes,
  permuteShape,
  reduceShape,
  reshapeShape,
  resolveAdaptivePool,
  resolveConv,
  resolveFractionalPool,
  resolvePool,
  unpoolShape,
} from '@cenote/shape';

/** @typedef {{ readonly type: string, readonly shape: () => readonly number[] }} Case a type, and the shape that it should be */
/** @typedef {ReturnType<typeof random>} Random */

/**
 * Random choices that are the same for the same seed.
 *
 * @param {number} seed
 */
function random(seed) {
  let state = seed >>> 0;
  /** In [0, 1), by the mulberry32 generator. */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A whole number from `low` to `high`. @param {number} low @param {number} high */
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    /** @param {number} probability */
    chance: (probability) => next() < probability,
    /** @template T @param {readonly T[]} values @returns {T} */
    pick: (values) => values[Math.floor(next() * values.length)],
  };
}

/** @template T @param {number} length @param {(index: number) => T} make */
const list = (length, make) => Array.from({ length }, (_, index) => make(index));

/** A value as a literal type. @param {unknown} value @returns {string} */
function literal(value) {
  if (Array.isArray(value)) return `readonly [${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{ ${fields.map(([name, field]) => `readonly ${name}: ${literal(field)}`).join('; ')} }`;
}

/** A size: mostly small, now and then large. @param {Random} r */
const size = (r) =>
  r.chance(0.3)
    ? r.integer(1, 5)
    : r.chance(0.9)
      ? r.integer(1, 40)
      : r.pick([0, 64, 127, 224, 225, 512, 1000, 4096, 65_535, 65_536]);

/** One value for all axes, or a list of values. @template T @param {Random} r @param {number} rank @param {() => T} make */
const perAxis = (r, rank, make) => (r.chance(0.7) ? make() : list(r.chance(0.98) ? rank : rank + 1, make));

/** @param {Random} r @param {number} rank @param {boolean} channels whether there have to be channels */
function layout(r, rank, channels) {
  const extra = r.chance(0.97) ? r.integer(channels ? 1 : 0, 2) : r.pick([0, 3]);
  return list(rank + extra, () => size(r));
}

/** @param {Random} r @param {number} rank @param {number} most */
function padding(r, rank, most) {
  const amount = () => r.integer(0, most);
  if (r.chance(0.2)) return r.pick(['valid', 'same', 'sameUpper', 'sameLower']);
  if (r.chance(0.6)) return amount();
  return list(rank, () => (r.chance(0.5) ? amount() : [amount(), amount()]));
}

/** @param {Random} r @param {number} rank @param {number} kernel */
function windowOptions(r, rank, kernel) {
  const stride = () => (r.chance(0.9) ? r.integer(1, 8) : r.integer(0, 64));
  return {
    stride: r.chance(0.7) ? perAxis(r, rank, stride) : undefined,
    padding: r.chance(0.7) ? padding(r, rank, r.chance(0.8) ? Math.floor(kernel / 2) : kernel + 1) : undefined,
    dilation: r.chance(0.3) ? perAxis(r, rank, () => r.integer(1, 5)) : undefined,
    dataFormat: r.chance(0.3) ? r.pick(['channelsFirst', 'channelsLast']) : undefined,
  };
}

/** @type {Record<string, (r: Random) => Case>} */
const kinds = {
  pool(r) {
    const rank = r.pick([1, 2, 2, 2, 3]);
    const input = layout(r, rank, false);
    const kernel = () => (r.chance(0.95) ? r.integer(1, 7) : r.integer(0, 30));
    const kernelSize = perAxis(r, rank, kernel);
    const largest = Math.max(...[kernelSize].flat());
    const options = { kernelSize, ...windowOptions(r, rank, largest), ceilMode: r.chance(0.3) ? true : undefined };
    return {
      type: `PoolOutput<'pool', ${rank}, ${literal(input)}, ${literal(options)}>`,
      shape: () => resolvePool(/** @type {any} */ ({ op: 'pool', rank, ...options }), input).outputShape,
    };
  },
  /** Windows that may step over the whole input. */
  dilatedPool(r) {
    const input = [r.integer(1, 5)];
    const kernelSize = r.integer(2, 4);
    const dilation = r.integer(2, 7);
    const reach = dilation * (kernelSize - 1);
    const options = {
      kernelSize,
      dilation,
      stride: r.integer(1, 5),
      padding: r.pick([
        'same',
        'sameLower',
        r.integer(0, Math.ceil(reach / 2)),
        [[r.integer(0, reach), r.integer(0, reach)]],
      ]),
      ceilMode: r.chance(0.5),
    };
    return {
      type: `PoolOutput<'pool', 1, ${literal(input)}, ${literal(options)}>`,
      shape: () => resolvePool(/** @type {any} */ ({ op: 'pool', rank: 1, ...options }), input).outputShape,
    };
  },
  conv(r) {
    const rank = r.pick([1, 2, 2, 2, 3]);
    const input = layout(r, rank, true);
    const kernel = list(rank, () => (r.chance(0.95) ? r.integer(1, 7) : r.integer(0, 30)));
    const groups = r.chance(0.8) ? undefined : r.pick([0, 1, 2, 3, 4]);
    const options = { ...windowOptions(r, rank, Math.max(...kernel)), groups };
    const channels =
      input[options.dataFormat === 'channelsLast' ? input.length - 1 : Math.max(0, input.length - rank - 1)];
    const perGroup = r.chance(0.9) ? Math.floor(channels / (groups || 1)) : size(r);
    const weight = [r.integer(1, 12) * (r.chance(0.9) ? groups || 1 : 1), perGroup, ...kernel].slice(
      r.chance(0.98) ? 0 : 1,
    );
    return {
      type: `ConvOutput<'conv', ${rank}, ${literal(input)}, ${literal(weight)}, ${literal(options)}>`,
      shape: () => resolveConv(/** @type {any} */ ({ op: 'conv', rank, ...options }), input, weight).outputShape,
    };
  },
  adaptivePool(r) {
    const rank = r.pick([1, 2, 2, 3]);
    const input = layout(r, rank, false);
    const outputSize = perAxis(r, rank, () => r.pick([null, 0, 1, r.integer(1, 20)]));
    const dataFormat = r.pick(['channelsFirst', 'channelsLast']);
    return {
      type: `AdaptivePoolOutput<'pool', ${rank}, ${literal(input)}, ${literal(outputSize)}, ${literal(dataFormat)}>`,
      shape: () =>
        resolveAdaptivePool(/** @type {any} */ ({ op: 'pool', rank, outputSize, dataFormat }), input).outputShape,
    };
  },
  unpool(r) {
    const rank = r.pick([1, 2, 2, 3]);
    const input = layout(r, rank, false);
    const kernel = r.integer(1, 5);
    const stride = r.integer(1, 5);
    const padding = r.chance(0.5) ? r.integer(0, 3) : 0;
    const asked = input.map((size) => (size - 1) * stride - 2 * padding + kernel + r.integer(-2, 2));
    const dataFormat = r.chance(0.3) ? r.pick(['channelsFirst', 'channelsLast']) : undefined;
    const firstSpatial = input.length - rank - (dataFormat === 'channelsLast' && input.length > rank ? 1 : 0);
    const isSpatial = (/** @type {number} */ axis) => axis >= firstSpatial && axis < firstSpatial + rank;
    const whole = input.map((size, axis) => (isSpatial(axis) ? asked[axis] : r.chance(0.95) ? size : size + 1));
    const options = {
      kernelSize: perAxis(r, rank, () => kernel),
      stride: r.chance(0.8) ? perAxis(r, rank, () => stride) : undefined,
      padding: padding > 0 ? perAxis(r, rank, () => padding) : undefined,
      outputSize: r.pick([undefined, null, asked.slice(-rank), whole, [...whole, 1]]),
      dataFormat,
    };
    return {
      type: `UnpoolOutput<'unpool', ${rank}, ${literal(input)}, ${literal(options)}>`,
      shape: () => unpoolShape(/** @type {any} */ ({ op: 'unpool', rank, ...options }), input),
    };
  },
  fractionalPool(r) {
    const rank = r.pick([2, 2, 3]);
    const input = layout(r, rank, false);
    const options = {
      kernelSize: perAxis(r, rank, () => r.integer(r.chance(0.02) ? 0 : 1, 4)),
      outputSize: r.chance(0.95) ? perAxis(r, rank, () => r.integer(r.chance(0.02) ? 0 : 1, 12)) : null,
      outputRatio: r.chance(0.95) ? undefined : 0.5,
      dataFormat: r.chance(0.3) ? r.pick(['channelsFirst', 'channelsLast']) : undefined,
    };
    if (options.outputRatio !== undefined) options.outputSize ??= 3;
    return {
      type: `FractionalPoolOutput<'pool', ${rank}, ${literal(input)}, ${literal(options)}>`,
      shape: () => resolveFractionalPool(/** @type {any} */ ({ op: 'pool', rank, ...options }), input).outputShape,
    };
  },
  flatten(r) {
    const input = list(r.integer(0, 5), () => size(r));
    const [start, end] = [r.integer(-5, 4), r.integer(-5, 4)];
    return {
      type: `FlattenOutput<'flatten', ${literal(input)}, ${start}, ${end}>`,
      shape: () => flattenShape('flatten', input, start, end),
    };
  },
  reshape(r) {
    const factors = list(r.integer(1, 4), () => r.integer(r.chance(0.05) ? 0 : 1, 9));
    const input = [...factors, ...list(r.integer(0, 2), () => r.integer(1, 5))];
    const count = input.reduce((product, next) => product * next, 1);
    const target = [...factors.slice(r.integer(0, 1)).reverse()];
    const known = target.reduce((product, next) => product * next, 1);
    const left = known === 0 ? 0 : count / known;
    target.splice(r.integer(0, target.length), 0, r.chance(0.5) ? -1 : r.chance(0.7) ? left : r.integer(-1, 9));
    return {
      type: `ReshapeOutput<'reshape', ${literal(input)}, ${literal(target)}>`,
      shape: () => reshapeShape('reshape', input, target),
    };
  },
  permute(r) {
    const input = list(r.integer(0, 5), () => size(r));
    const axes = list(r.chance(0.9) ? input.length : r.integer(0, 5), (axis) => axis);
    for (let last = axes.length - 1; last > 0; last--) {
      const other = r.integer(0, last);
      [axes[last], axes[other]] = [axes[other], axes[last]];
    }
    const signed = axes.map((axis) => (r.chance(0.1) ? r.integer(-6, 5) : r.chance(0.3) ? axis - input.length : axis));
    return {
      type: `PermuteOutput<'permute', ${literal(input)}, ${literal(signed)}>`,
      shape: () => permuteShape('permute', input, signed),
    };
  },
  reduce(r) {
    const input = list(r.integer(0, 5), () => size(r));
    const axis = () => (r.chance(0.9) ? r.integer(-input.length, input.length - 1) : r.integer(-6, 5));
    const axes = r.pick([undefined, axis(), list(r.integer(0, 3), axis)]);
    const keepDim = r.chance(0.5);
    return {
      type: `ReduceOutput<'sum', ${literal(input)}, ${axes === undefined ? 'undefined' : literal(axes)}, ${keepDim}>`,
      shape: () => reduceShape(input, normalizeAxes('sum', axes, input.length), keepDim),
    };
  },
  broadcast(r) {
    const input = list(r.integer(0, 5), () => size(r));
    const other = input
      .slice(r.integer(0, input.length))
      .map((same) => (r.chance(0.05) ? size(r) : r.chance(0.3) ? 1 : same));
    const [a, b] = r.chance(0.5) ? [input, other] : [other, input];
    return {
      type: `BroadcastOutput<'add', ${literal(a)}, ${literal(b)}>`,
      shape: () => broadcastShapes('add', a, b),
    };
  },
  matmul(r) {
    const [rows, inner, columns] = list(3, () => size(r));
    const batch = list(r.integer(0, 2), () => r.integer(1, 9));
    const a = [...batch.slice(r.integer(0, batch.length)), rows, inner].slice(r.chance(0.2) ? -1 : 0);
    const b = [...batch.map((same) => (r.chance(0.2) ? 1 : same)), r.chance(0.9) ? inner : size(r), columns];
    const right = r.chance(0.15) ? [inner] : r.chance(0.05) ? [] : b;
    return {
      type: `MatmulOutput<'matmul', ${literal(a)}, ${literal(right)}>`,
      shape: () => matmulShape('matmul', a, right),
    };
  },
  concat(r) {
    const input = list(r.integer(1, 4), () => size(r));
    const axis = r.integer(-input.length, r.chance(0.95) ? input.length - 1 : input.length);
    const joined = axis < 0 ? axis + input.length : axis;
    const other = () => input.map((same, index) => (index === joined || r.chance(0.03) ? size(r) : same));
    const shapes = [input, ...list(r.integer(0, 3), () => (r.chance(0.97) ? other() : [...input, 1]))];
    return {
      type: `ConcatOutput<'concat', ${literal(shapes)}, ${axis}>`,
      shape: () => concatShape('concat', shapes, axis),
    };
  },
};

/** @type {Record<string, (r: Random, index: number) => { readonly type: string, readonly value: number }>} */
const arithmetic = {
  add: (r) => binary('Add', operand(r), operand(r), (a, b) => a + b),
  subtract: (r) => binary('Subtract', operand(r), operand(r), (a, b) => a - b),
  multiply: (r) => binary('Multiply', operand(r), operand(r), (a, b) => a * b),
  floorDivide: (r) => binary('FloorDivide', operand(r), divisor(r), (a, b) => Math.floor(a / b)),
  ceilDivide: (r) => binary('CeilDivide', operand(r), divisor(r), (a, b) => Math.ceil(a / b)),
  everyDivisor: (r, index) => binary('FloorDivide', operand(r), index + 1, (a, b) => Math.floor(a / b)),
  remainder: (r) => binary('Remainder', operand(r), divisor(r), (a, b) => a % b),
  min: (r) => binary('Min', operand(r), operand(r), Math.min),
  max: (r) => binary('Max', operand(r), operand(r), Math.max),
};

/** @param {Random} r */
const operand = (r) => r.integer(0, r.pick([9, 99, 1000, 65_536]));
/** @param {Random} r */
const divisor = (r) => r.integer(1, r.pick([9, 64, 1000]));

/** @param {string} name @param {number} a @param {number} b @param {(a: number, b: number) => number} compute */
function binary(name, a, b, compute) {
  return { type: `${name}<${a}, ${b}>`, value: compute(a, b) };
}

const header = `// Made by tooling/scripts/generate-shape-type-cases.mjs.
import type {
  Add, AdaptivePoolOutput, BroadcastOutput, CeilDivide, ConcatOutput, ConvOutput, FlattenOutput, FloorDivide, FractionalPoolOutput, MatmulOutput,
  Max, Min, Multiply, PermuteOutput, PoolOutput, ReduceOutput, Remainder, ReshapeOutput, ShapeError, Subtract, UnpoolOutput,
} from '@cenote/shape/types';

/** The expected type, unless the actual one is another, or \`any\`, or \`never\`. */
type Exactly<Actual, Expected> = [Actual] extends [Expected] ? [Expected] extends [Actual] ? 0 extends 1 & Actual ? 'any' : true : Actual : Actual;
type Refused<Actual> = [Actual] extends [never] ? 'never' : [Actual] extends [ShapeError<string>] ? 0 extends 1 & Actual ? 'any' : true : Actual;
type Expect<Verdict extends true> = Verdict;
`;

/**
 * A file of type tests.
 *
 * @param {number} seed
 * @param {Readonly<Record<string, number>>} counts how many cases of each kind: \`pool\`, \`conv\`, …, \`add\`, …
 * @returns {{ readonly source: string, readonly refused: Readonly<Record<string, number>> }} the file, and how many
 * cases of each kind are errors
 */
export function shapeTypeCases(seed, counts) {
  const r = random(seed);
  const lines = [header];
  /** @type {Record<string, number>} */
  const refused = {};
  for (const [kind, count] of Object.entries(counts)) {
    refused[kind] = 0;
    for (let index = 0; index < count; index++) {
      const name = `${kind}${index}`;
      if (kind in arithmetic) {
        const { type, value } = arithmetic[kind](r, index);
        lines.push(`export type ${name} = Expect<Exactly<${type}, ${value}>>;`);
        continue;
      }
      const { type, shape } = kinds[kind](r);
      const expected = shapeOrNull(shape);
      if (expected === null) refused[kind]++;
      lines.push(
        expected === null
          ? `export type ${name} = Expect<Refused<${type}>>;`
          : `export type ${name} = Expect<Exactly<${type}, [${expected.join(', ')}]>>;`,
      );
    }
  }
  return { source: `${lines.join('\n')}\n`, refused };
}

/** @param {() => readonly number[]} shape */
function shapeOrNull(shape) {
  try {
    return shape();
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    return null;
  }
}

/** How many cases of each kind are tested. @type {Readonly<Record<string, number>>} */
export const usualCounts = {
  pool: 2800,
  dilatedPool: 400,
  conv: 2500,
  adaptivePool: 300,
  unpool: 300,
  fractionalPool: 200,
  flatten: 200,
  reshape: 300,
  permute: 200,
  reduce: 300,
  broadcast: 200,
  matmul: 200,
  concat: 200,
  ...Object.fromEntries(Object.keys(arithmetic).map((kind) => [kind, kind === 'everyDivisor' ? 600 : 200])),
};

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  stdout.write(shapeTypeCases(Number(argv[2] ?? 1), usualCounts).source);
}
