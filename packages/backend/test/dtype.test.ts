import { describe, expect, it } from 'vitest';
import { byteSize, type DType, dtypes, isFloat, isInteger, typedArrayView } from '../src/index.js';

describe('dtypes', () => {
  it('have a typed array of their size, over memory that is shared', () => {
    const memory = new ArrayBuffer(32);
    for (const dtype of dtypes) {
      const view = typedArrayView(dtype, memory, 8, 2);
      expect([dtype, view.BYTES_PER_ELEMENT, view.byteOffset, view.length]).toEqual([dtype, byteSize[dtype], 8, 2]);
      expect(view.buffer).toBe(memory);
    }
  });

  it('are floats, whole numbers or truth values', () => {
    const kinds = (dtype: DType) => [isFloat(dtype), isInteger(dtype)];
    expect(dtypes.filter((dtype) => isFloat(dtype))).toEqual(['f32', 'f64']);
    expect(dtypes.filter((dtype) => isInteger(dtype))).toEqual(['i32', 'i64', 'u8', 'i8']);
    expect(kinds('bool')).toEqual([false, false]);
  });
});
