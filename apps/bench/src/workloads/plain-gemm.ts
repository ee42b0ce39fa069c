/** A matrix product in three loops, the inner one along rows. */
export function plainGemm(
  left: Float32Array,
  right: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): Float32Array {
  const product = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k];
      for (let column = 0; column < columns; column++) {
        product[row * columns + column] += factor * right[k * columns + column];
      }
    }
  }
  return product;
}
