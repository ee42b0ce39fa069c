import type { Layout, OpOf } from '@cenote/backend';
import { type AxisWindow, contiguousStrides } from '@cenote/shape';
import { bindingName } from '../../kernel.js';
import type { Binding, GpuFeatures, Plan, Step, Variant } from '../../plan.js';
import { type Fold, foldFunctions, type Lanes, poolFold, vectorType } from '../../wgsl/fold.js';
import { windowFunctions } from '../../wgsl/windows.js';
import { takeApart } from './arrangement.js';
import { divided } from './divisor.js';
import { threadStep } from './threads.js';

/** What a pass costs besides what it loads, in loads. */
const passCost = 3;

/** How the windows of one axis are folded: directly, or from the folds of `length` neighbours, which are made first. */
interface AxisPass {
  readonly axis: number;
  readonly length: number;
  /** Loads for each output of the axis. */
  readonly cost: number;
}

/**
 * Windows as passes along one axis after the other, so that a window of k × k costs 2 k loads and not k². And a pass need not cost
 * k either: the folds of p neighbours are made for each position, and of those every p-th makes up the window, with some
 * single elements behind it (of a maximum, one more that overlaps). With p near the root of k that is some 2 √k loads. Nothing is
 * subtracted, and sums are added up in pieces, so that they keep their digits.
 */
function passes({ axes }: OpOf<'pool'>['geometry'], overlapping: boolean): readonly AxisPass[] {
  return axes.flatMap((window, axis) =>
    window.kernel === 1 && window.stride <= 1 ? [] : [axisPass(window, axis, overlapping)],
  );
}

function axisPass({ kernel, input, output }: AxisWindow, axis: number, overlapping: boolean): AxisPass {
  let best: AxisPass = { axis, length: 1, cost: kernel + passCost };
  for (let length = 2; length * 2 <= kernel; length++) {
    const rest = kernel % length;
    const singles = overlapping ? Math.min(1, rest) : rest;
    const dense = ((length + passCost) * input) / output;
    const cost = dense + Math.floor(kernel / length) + singles + passCost;
    if (cost < best.cost) best = { axis, length, cost };
  }
  return best;
}

function variant(isWanted: (pool: OpOf<'pool'>, cost: number) => boolean): Variant<'pool'> {
  return {
    plan(op, [x], _outputs, features) {
      const { geometry, pool, indices } = op;
      const fold = indices === 'none' ? poolFold(pool, x.dtype) : null;
      if (fold === null || geometry.axes.some(({ dilation }) => dilation !== 1)) return null;
      const contiguous = contiguousStrides(x.shape);
      if (!x.strides.every((stride, axis) => stride === contiguous[axis] || x.shape[axis] === 1)) return null;
      const along = passes(geometry, pool.fn !== 'avg');
      const cost = costOf(geometry, along);
      if (along.length === 0 || !isWanted(op, cost)) return null;
      return separablePlan(op, fold, along, x, features);
    },
  };
}

/** Loads for each output: while axes that come later have their full size, a pass has more to do. */
function costOf({ axes }: OpOf<'pool'>['geometry'], along: readonly AxisPass[]): number {
  let outputs = 1;
  let cost = 0;
  for (const { axis, cost: loads } of along.toReversed()) {
    cost += loads * outputs;
    outputs *= axes[axis].input / axes[axis].output;
  }
  return cost;
}

function taps({ geometry }: OpOf<'pool'>): number {
  return geometry.axes.reduce((product, { kernel }) => product * kernel, 1);
}

/** `pool` with large windows. Blocks of outputs load about half of what their windows have together. */
export const separablePool = variant((op, cost) => cost < taps(op) * 0.45);
/** The same for every window that is worth the name. */
export const anySeparablePool = variant((op) => taps(op) >= 9);

/** Where a pass reads from: the input of the op, or the totals of the pass before. */
interface Source {
  readonly binding: Binding;
  /** Where it begins, in units of the lanes. */
  readonly start: string;
  readonly load: (place: string) => string;
}

/** One pass: along an axis of `input` elements in `outer` blocks, each element followed by `inner` others, into `target`. */
interface Pass {
  readonly fold: Fold;
  readonly window: AxisWindow;
  readonly letter: string;
  readonly length: number;
  readonly outer: number;
  /** In units of the lanes. */
  readonly inner: number;
  readonly lanes: Lanes;
  readonly source: Source;
  readonly target: Binding;
  readonly functions: string;
  /** WGSL that stores `total` as number `i` of the target. */
  readonly store: string;
}

const dense = (write: boolean): Binding => ({ kind: 'temporary', index: 0, write });

function separablePlan(
  { geometry, pool }: OpOf<'pool'>,
  fold: Fold,
  along: readonly AxisPass[],
  x: Layout,
  features: GpuFeatures,
): Plan | null {
  const last = geometry.dataFormat === 'channelsLast' && geometry.leading !== 'none';
  const spatial = geometry.axes.map(({ input }) => input);
  const names = last ? ['n', 'oD', 'oH', 'oW', 'channel'] : ['n', 'channel', 'oD', 'oH', 'oW'];
  const sizes = last
    ? [geometry.batch, ...spatial, geometry.inputChannels]
    : [geometry.batch, geometry.inputChannels, ...spatial];
  const steps: (Step | null)[] = [];
  const temporaries = [256, 256, 256];
  let aligned = false;
  let source: Binding = { kind: 'input', index: 0 };
  for (const [number, { axis, length }] of along.entries()) {
    const window = geometry.axes[axis];
    const place = axis + (last ? 1 : 2);
    const product = (some: readonly number[]) => some.reduce((a, b) => a * b, 1);
    const outer = product(sizes.slice(0, place));
    const elements = product(sizes.slice(place + 1));
    // Four neighbours at once, where the innermost axis is not the one that is folded.
    const lanes: Lanes = place < 4 && sizes[4] % 4 === 0 ? 4 : 1;
    const isLast = number === along.length - 1;
    aligned ||= lanes === 4 && (number === 0 || isLast);
    sizes[place] = window.output;
    const coordinates = names.map((name, at) => ({ name, size: at === 4 ? sizes[at] / lanes : sizes[at] }));
    const finished = divided(pool, geometry.axes, ['oD', 'oH', 'oW'])(fold.store('total'));
    const target: Binding = isLast
      ? { kind: 'output', index: 0 }
      : { kind: 'temporary', index: 1 + (number % 2), write: true };
    if (length > 1) temporaries[0] = Math.max(temporaries[0], outer * window.input * elements * 4);
    if (!isLast) temporaries[target.index] = Math.max(temporaries[target.index], outer * window.output * elements * 4);
    steps.push(
      ...passSteps(
        {
          fold,
          window,
          letter: 'DHW'[axis],
          length,
          outer,
          inner: elements / lanes,
          lanes,
          source: sourceOf(source, fold, lanes),
          target,
          functions: windowFunctions(geometry),
          store: isLast
            ? `${takeApart('i', coordinates)}\nout0[out0Offset() / ${lanes}u + i] = ${finished};`
            : `temporary${target.index}[i] = total;`,
        },
        features,
      ),
    );
    source = { kind: 'temporary', index: 1 + (number % 2), write: false };
  }
  if (!steps.every((step): step is Step => step !== null)) return null;
  return { name: `${x.dtype}_${pool.fn}Pool_separable`, steps, temporaries, ...(aligned && { aligned }) };
}

function sourceOf(binding: Binding, fold: Fold, lanes: Lanes): Source {
  const name = bindingName(binding);
  return binding.kind === 'input'
    ? { binding, start: `in0Offset() / ${lanes}u`, load: (place) => fold.load(`${name}[${place}]`) }
    : { binding, start: '0u', load: (place) => `${name}[${place}]` };
}

function passSteps(pass: Pass, features: GpuFeatures): (Step | null)[] {
  const { fold, window, letter, length, outer, inner, lanes, source, target, functions, store } = pass;
  const element = `array<${vectorType(fold.storage, lanes)}>`;
  const step = (size: number, bindings: readonly Binding[], more: string, body: string) =>
    threadStep(
      outer * size * inner,
      {
        functions: `${foldFunctions(fold, lanes)}\n${more}`,
        body: `
let row = i / ${inner}u; let j = i - row * ${inner}u; let u = row / ${size}u; let o = row - u * ${size}u;
var total = T(${fold.neutral});
${body}`,
        bindings: bindings.map((what) => ({ what, declaration: element })),
      },
      features,
    );
  const add = (value: string) => `let value = ${value}; total = ${fold.combine('total', 'value')};`;
  const direct = `for (; rest > 0u; rest--) { ${add(source.load('at'))} at += ${inner}u; }`;
  const begin = (at: string) => `(u * ${window.input}u + ${at}) * ${inner}u + j`;
  if (length === 1) {
    const body = `
let w = window_${letter}(o);
var at = ${source.start} + ${begin('w.start')};
var rest = w.count;
${direct}
${store}`;
    return [step(window.output, [source.binding, target], functions, body)];
  }
  const pieces = `
var at = ${source.start} + ${begin('o')};
var rest = min(${length}u, ${window.input}u - o);
${direct}
temporary0[i] = total;`;
  // A maximum may see an element twice: one more piece that ends with the window does for what is left.
  const overlap = `if (rest > 0u && w.count >= ${length}u) {
  ${add(`temporary0[begin - (${length}u - rest) * ${inner}u]`)} rest = 0u; }`;
  const whole = `
let w = window_${letter}(o);
var begin = ${begin('w.start')};
var rest = w.count;
for (; rest >= ${length}u; rest -= ${length}u) { ${add('temporary0[begin]')} begin += ${length * inner}u; }
${fold.storage === 'f32' ? '' : overlap}
var at = ${source.start} + begin;
${direct}
${store}`;
  return [
    step(window.input, [source.binding, dense(true)], '', pieces),
    step(window.output, [source.binding, dense(false), target], functions, whole),
  ];
}
