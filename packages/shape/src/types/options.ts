/*
 * Reading literal options. `O` is the type that a `const` type parameter inferred for an options object.
 */

/**
 * The type of an option: `Default` when it is left out, `Unknown` when only the call will tell whether it is there.
 */
export type Option<O, Name extends PropertyKey, Default, Unknown> = Name extends keyof O
  ? undefined extends O[Name]
    ? [O[Name]] extends [undefined]
      ? Default
      : Unknown
    : O[Name]
  : Default;

/** The entry of an option for one axis: the option itself when it is the same for all, `number` when not known. */
export type Entry<V, Axis extends number> = V extends readonly unknown[]
  ? number extends V['length']
    ? number
    : V[Axis]
  : V;

/** The same, for options that are numbers. */
export type NumberEntry<V, Axis extends number> = Entry<V, Axis> extends infer N extends number ? N : number;

/** What is wrong with the number of entries of a list, `never` if nothing is, its length is not known, or V is no list. */
export type EntriesProblem<V, Name extends string, Rank extends number> = V extends readonly unknown[]
  ? number extends V['length']
    ? never
    : V['length'] extends Rank
      ? never
      : `${Name} has ${V['length']} entries, expected ${Rank}`
  : never;

/** The first of several texts that is not `never`. */
export type FirstProblem<Problems extends readonly unknown[]> = Problems extends readonly [infer First, ...infer Rest]
  ? [First] extends [never]
    ? FirstProblem<Rest>
    : First
  : never;

/**
 * What to intersect the type of an options parameter with, so that a name that `Options` does not have is an error, as
 * it is without inference: `options: O & KnownOptions<'conv2d', O, ConvOptions>`. For a rest parameter, O is a tuple,
 * and the objects in it are options.
 */
export type KnownOptions<Op extends string, O, Options> = O extends readonly unknown[]
  ? [UnknownName<O[number], Options>] extends [never]
    ? unknown
    : { readonly [I in keyof O]: KnownOptions<Op, O[I], Options> }
  : [UnknownName<O, Options>] extends [never]
    ? unknown
    : `${Op}: there is no option ${UnknownName<O, Options> & string}`;

/** The names that O has and `Options` does not. A kernel size on its own has none. */
type UnknownName<O, Options> = O extends number | readonly unknown[] ? never : Exclude<keyof O, keyof Options>;

/**
 * The options of a window op as one object. Such ops also take the kernel size on its own: `maxPool2d(x, 2)`,
 * `maxPool2d(x, 2, { stride: 1 })` or `maxPool2d(x, { kernelSize: 2, stride: 1 })`.
 *
 * @typeParam Arguments What comes after the tensor, see {@link WindowArguments}.
 */
export type WindowOptions<Arguments extends readonly unknown[]> = Arguments extends readonly [infer First, infer Second]
  ? Second & { readonly kernelSize: First }
  : Arguments extends readonly [infer First]
    ? First extends number | readonly number[]
      ? { readonly kernelSize: First }
      : First
    : unknown;

/** What {@link WindowOptions} reads: the constraint of a `const` type parameter for a rest parameter. */
export type WindowArguments<Options extends { readonly kernelSize: unknown }> =
  | readonly [kernelSize: Options['kernelSize'], options?: Omit<Options, 'kernelSize'>]
  | readonly [options: Options];
