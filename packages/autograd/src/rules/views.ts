import { cast, expand, permute, reshape, type Shape, sum } from '@cenote/tensor';
import { padded, sliced } from '@cenote/tensor/engine';
import type { Rule } from '../rule.js';

/** Back to the shape before. */
export const reshapeRule: Rule<'reshape'> = {
  gradients: ({ gradient, inputSpecs }) => [reshape(gradient, inputSpecs[0].shape)],
};

/** Back to the order before. */
export const permuteRule: Rule<'permute'> = {
  gradients({ gradient, attributes: { axes } }) {
    const inverse = axes.map((_, axis) => axes.indexOf(axis));
    return [permute(gradient, inverse)];
  },
};

/** The sum over what was repeated. */
export const expandRule: Rule<'expand'> = {
  gradients({ gradient, inputSpecs: [{ shape }] }) {
    const added = gradient.rank - shape.length;
    const repeated = gradient.shape.flatMap((size, axis) =>
      axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
    );
    if (repeated.length === 0) return [reshape(gradient, shape)];
    return [reshape(sum(gradient, repeated, { keepDim: true }), shape)];
  },
};

/** Zeros around, and between, what was taken. */
export const sliceRule: Rule<'slice'> = {
  gradients({ gradient, attributes: { start, size, step }, inputSpecs: [{ shape }] }) {
    // Of an empty slice nothing comes back: its sum, 0, everywhere.
    if (size.includes(0)) return [expand(sum(gradient), shape)];
    const high = shape.map((length, axis) => length - start[axis] - (size[axis] - 1) * step[axis] - 1);
    const interior = step.map((distance) => distance - 1);
    return [padded(gradient, start, high, interior, 0)];
  },
};

/** The part that was not added. */
export const padRule: Rule<'pad'> = {
  gradients: ({ gradient, attributes: { low, interior }, inputSpecs: [{ shape }] }) => [
    sliced(
      gradient,
      low,
      shape,
      interior.map((width) => width + 1),
    ),
  ],
};

/** To each what was its part. */
export const concatRule: Rule<'concat'> = {
  gradients({ gradient, attributes: { axis }, inputSpecs, needs }) {
    const ones: Shape = gradient.shape.map(() => 1);
    let position = 0;
    return inputSpecs.map(({ shape }, index) => {
      const start = shape.map((_, other) => (other === axis ? position : 0));
      position += shape[axis];
      return needs[index] ? sliced(gradient, start, shape, ones) : null;
    });
  },
};

/** Back to the dtype before. */
export const copyRule: Rule<'copy'> = {
  gradients: ({ gradient, inputSpecs: [{ dtype }] }) => [cast(gradient, dtype)],
};
