import type { DType } from '@cenote/backend';

/** What an input or output of a model is. */
export interface TensorSignature {
  readonly name: string;
  /** Its dtype here, or undefined for an element type that tensors here do not have. */
  readonly dtype: DType | undefined;
  /** One entry for each axis: its size, or a name or null where it can be any. Null when not even the number of axes is said. */
  readonly shape: readonly (number | string | null)[] | null;
}
