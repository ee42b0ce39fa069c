import type { Shape } from '../shape.js';

/**
 * Stands where a shape would be that cannot exist. `Message` says why: *op: what is wrong, with the numbers and the
 * rule*. There are no values of it.
 */
export interface ShapeError<Message extends string> {
  /** Not there at run time. */
  readonly shapeError: Message;
}

/**
 * The type of a parameter that is only allowed when `Result` is a shape: `Parameter` then, else the text of the error,
 * so that the compiler says: *Argument of type … is not assignable to parameter of type "linear: expects 400 input
 * features, got 256"*. A result that may or may not be a shape is allowed.
 */
export type Checked<Result, Parameter> = [Result] extends [ShapeError<string>] ? MessageOf<Result> : Parameter;

/**
 * What to intersect the type of a parameter with, where {@link Checked} would keep literals from being inferred, as in
 * `options: O & Refusal<Result>`: nothing, or the text of the error, to which nothing can be assigned.
 */
export type Refusal<Result> = [Result] extends [ShapeError<string>] ? MessageOf<Result> : unknown;

/** The shape in a result; any shape when there is none, so that one mistake is not reported twice. */
export type ResultShape<Result> = [Extract<Result, Shape>] extends [never] ? Shape : Extract<Result, Shape>;

/** Apart from {@link Checked}, so that nothing is inferred from the inside of `Result`. */
type MessageOf<Result> = Result extends ShapeError<infer Message> ? Message : never;
