import {
  abs,
  add,
  cast,
  div,
  eq,
  gather,
  mul,
  permute,
  pow,
  remainder,
  reshape,
  sign,
  sub,
  type Tensor,
  tensor,
  where,
} from '@cenote/tensor';
import { elementCount, poolGradient, poolWith, type WindowGeometry } from '@cenote/tensor/engine';
import type { Rule } from '../rule.js';

/** The gather that the backend has for it. */
export const poolRule: Rule<'pool'> = {
  saves({ pool }) {
    if (pool.fn === 'avg') return {};
    return pool.fn === 'lp' ? { inputs: [0], outputs: [0] } : { outputs: [1] };
  },
  gradients(context) {
    const { pool, geometry, indices } = context.attributes;
    const { gradient } = context;
    if (pool.fn === 'avg') return [poolGradient([gradient], pool, geometry, 'none')];
    if (pool.fn === 'lp')
      return [poolGradient([gradient, context.input(0), context.output(0)], pool, geometry, 'none')];
    return [poolGradient([gradient, context.output(1)], pool, geometry, indices)];
  },
};

/** Averages and choices are linear in the gradient, so that the gradient's gradient is pooling once more; norms are not. */
export const poolGradRule: Rule<'poolGrad'> = {
  saves({ pool }) {
    if (pool.fn === 'avg') return {};
    return pool.fn === 'lp' ? { inputs: [0, 1, 2] } : { inputs: [1] };
  },
  gradients(context) {
    const { pool, geometry, indices } = context.attributes;
    const { gradient } = context;
    if (pool.fn === 'avg') return [poolWith('avgPool', gradient, pool, geometry, 'none')[0]];
    if (pool.fn === 'lp') {
      return lpSecondGradients(gradient, context.input(0), context.input(1), context.input(2), pool.p, geometry);
    }
    const positions = indices === 'window' ? planePositions(context.input(1), geometry) : context.input(1);
    return [takeFromPlane(gradient, positions, geometry), null];
  },
};

const sum = { fn: 'avg', divisor: 1 } as const;

/**
 * Of `dx = sign(x) · |x|^(p − 1) · Σ dy · y^(1 − p)`, the sum over the windows that an input is in, with respect to `dy`,
 * `x` and `y`. As in the kernel, nothing comes from `x = 0` and from windows with `y = 0`.
 */
function lpSecondGradients(
  gradient: Tensor,
  dy: Tensor,
  x: Tensor,
  y: Tensor,
  p: number,
  geometry: WindowGeometry,
): readonly Tensor[] {
  const slope = mul(sign(x), powerOrZero(abs(x), p - 1));
  const windowSums = poolWith('lpPool', mul(gradient, slope), sum, geometry, 'none')[0];
  const scale = powerOrZero(y, 1 - p);
  const spread = poolGradient([mul(dy, scale)], sum, geometry, 'none');
  return [
    mul(scale, windowSums),
    mul(mul(gradient, mul(powerOrZero(abs(x), p - 2), p - 1)), spread),
    mul(mul(dy, mul(powerOrZero(y, -p), 1 - p)), windowSums),
  ];
}

/** `base ** exponent`, and 0 where the base is 0, also as far as its gradient is concerned. */
function powerOrZero(base: Tensor, exponent: number): Tensor {
  const isZero = eq(base, 0);
  return where(isZero, 0, pow(where(isZero, 1, base), exponent));
}

/** Reads `x`, of the geometry's input shape, at flat positions of its planes. */
function takeFromPlane(x: Tensor, positions: Tensor, geometry: WindowGeometry): Tensor {
  const spatial = geometry.rank;
  if (geometry.dataFormat === 'channelsLast' && geometry.leading !== 'none') {
    const lead = x.rank - spatial - 1;
    const toFirst = [...range(0, lead), x.rank - 1, ...range(lead, x.rank - 1)];
    const toLast = [...range(0, lead), ...range(lead + 1, x.rank), lead];
    return permute(take(permute(x, toFirst), permute(positions, toFirst), spatial), toLast);
  }
  return take(x, positions, spatial);
}

function take(x: Tensor, positions: Tensor, spatial: number): Tensor {
  const lead = x.shape.slice(0, x.rank - spatial);
  const plane = elementCount(x.shape.slice(lead.length));
  const chosen = elementCount(positions.shape.slice(lead.length));
  const taken = gather(reshape(x, [...lead, plane]), lead.length, reshape(positions, [...lead, chosen]));
  return reshape(taken, positions.shape);
}

/** Numbers of taps in their windows as flat positions in the input's plane. */
function planePositions(taps: Tensor, geometry: WindowGeometry): Tensor {
  let rest = cast(taps, 'i32');
  let positions: Tensor | null = null;
  let planeStride = 1;
  const firstSpatial = geometry.leading === 'none' ? 0 : taps.rank - geometry.rank - (channelsLast(geometry) ? 1 : 0);
  for (let axis = 2; axis >= 0; axis--) {
    const { kernel, dilation, start, firstTap, input, output } = geometry.axes[axis];
    const tap = remainder(rest, kernel);
    rest = cast(div(sub(rest, tap), kernel), 'i32');
    const spatial = axis - (3 - geometry.rank);
    if (spatial >= 0) {
      const origins = Array.from({ length: output }, (_, o) => start[o] - firstTap[o] * dilation);
      const along = taps.shape.map((_, index) => (index === firstSpatial + spatial ? output : 1));
      const origin = reshape(tensor(origins, { dtype: 'i32', device: taps.device }), along);
      const term = mul(add(mul(tap, dilation), origin), planeStride);
      positions = positions ? add(positions, term) : term;
    }
    planeStride *= input;
  }
  return positions ?? rest;
}

function channelsLast(geometry: WindowGeometry): boolean {
  return geometry.dataFormat === 'channelsLast';
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
