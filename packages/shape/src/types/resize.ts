import type { Shape } from '../shape.js';
import type { AxisIndex } from './axes.js';

/** The shape with another size on one axis. Where it is not known which, or there is no such axis, no size is. */
export type Resized<S extends Shape, Axis extends number, Size extends number> = number extends S['length']
  ? Shape
  : AxisIndex<S, Axis> extends infer Index extends number
    ? { -readonly [I in keyof S]: number extends Index ? number : I extends `${Index}` ? Size : S[I] }
    : { -readonly [I in keyof S]: number };
