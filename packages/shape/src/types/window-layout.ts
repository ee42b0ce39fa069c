import type { Shape } from '../shape.js';
import type { DataFormat, SpatialRank } from '../window-geometry.js';

/** An input shape taken apart by the roles of its axes, each a tuple: batch and channels may be missing. */
export interface WindowLayout<Batch extends Shape, Channels extends Shape, Spatial extends Shape> {
  batch: Batch;
  channels: Channels;
  spatial: Spatial;
}

/** How many axes a shape has besides the spatial ones; other shapes have the wrong rank. */
interface LeadingCount {
  1: { 1: 0; 2: 1; 3: 2 };
  2: { 2: 0; 3: 1; 4: 2 };
  3: { 3: 0; 4: 1; 5: 2 };
}

/** Takes a tuple apart; `null` when it has the wrong rank. */
export type SplitLayout<
  S extends Shape,
  Rank extends SpatialRank,
  Format extends DataFormat,
> = S['length'] extends keyof LeadingCount[Rank] ? Split<S, LeadingCount[Rank][S['length']], Format> : null;

type Split<S extends Shape, Leading, Format extends DataFormat> = Leading extends 0
  ? WindowLayout<[], [], S>
  : Leading extends 1
    ? Format extends 'channelsFirst'
      ? S extends readonly [infer C extends number, ...infer Spatial extends Shape]
        ? WindowLayout<[], [C], Spatial>
        : never
      : S extends readonly [...infer Spatial extends Shape, infer C extends number]
        ? WindowLayout<[], [C], Spatial>
        : never
    : Format extends 'channelsFirst'
      ? S extends readonly [infer N extends number, infer C extends number, ...infer Spatial extends Shape]
        ? WindowLayout<[N], [C], Spatial>
        : never
      : S extends readonly [infer N extends number, ...infer Spatial extends Shape, infer C extends number]
        ? WindowLayout<[N], [C], Spatial>
        : never;

/** Puts a shape together, with labels. `Spatial` has them already. */
export type JoinLayout<
  Batch extends Shape,
  Channels extends Shape,
  Spatial extends Shape,
  Format extends DataFormat,
> = Channels extends readonly [infer C]
  ? Batch extends readonly [infer N]
    ? Format extends 'channelsFirst'
      ? [N: N, C: C, ...Spatial]
      : [N: N, ...Spatial, C: C]
    : Format extends 'channelsFirst'
      ? [C: C, ...Spatial]
      : [...Spatial, C: C]
  : Spatial;
