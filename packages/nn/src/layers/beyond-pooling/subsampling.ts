import type { PerAxis } from '@cenote/shape';
import type { FormatOf } from '@cenote/tensor/engine';

/**
 * What a layer that keeps every `stride`-th element does to sizes, as the options of a pooling. Blurs pad so that they do no
 * more than that; a maximum before has a window of its own.
 *
 * @typeParam O The options of the layer.
 * @typeParam Window The size of that window, unless the options say otherwise.
 */
export interface Subsampling<O, Window extends number = 1> {
  readonly kernelSize: SizeOf<O, 'kernelSize', Window>;
  readonly stride: SizeOf<O, 'stride', 2>;
  readonly dataFormat: FormatOf<O>;
}

type SizeOf<O, Name extends PropertyKey, Default extends number> = O extends {
  readonly [N in Name]: infer Size extends PerAxis<number>;
}
  ? Size
  : Name extends keyof O
    ? number
    : Default;
