// Activations of a tile, in place.
import { relu, sigmoid, tanh } from '../simd/math';
import { tileBytes } from './tile';

/**
 * Applies activation number `kind` of src/variants/product/common.ts, which is not 0.
 *
 * @param constants The address of `mathConstants`.
 */
export function activateTile(tile: usize, kind: i32, constants: usize): void {
  for (const end = tile + tileBytes; tile < end; tile += 16) {
    const x = v128.load(tile);
    if (kind == 1) v128.store(tile, relu(x));
    else if (kind == 2) v128.store(tile, sigmoid(x, constants));
    else v128.store(tile, tanh(x, constants));
  }
}
