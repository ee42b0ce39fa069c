import type { DType } from '@cenote/tensor';

/** The dtypes that parameters can have. */
export type FloatDType = 'f32' | 'f64';

/** Whether a dtype holds fractions. */
export function isFloatDType(dtype: DType): dtype is FloatDType {
  return dtype === 'f32' || dtype === 'f64';
}

/** Whether a dtype can hold class labels. */
export function isLabelDType(dtype: DType): boolean {
  return dtype === 'i32' || dtype === 'i64' || dtype === 'u8' || dtype === 'i8';
}
