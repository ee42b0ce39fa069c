import { shape } from 'cenote';

const input = [6, 28, 28];
for (const [kernelSize, stride, padding] of [
  [2, 2, 0],
  [3, 2, 1],
  [3, 1, 1],
]) {
  const window = { stride, padding };
  const pool = shape.resolvePool({ op: 'pool', rank: 2, kernelSize, ...window }, input);
  const weights = [6, 6, kernelSize, kernelSize];
  const conv = shape.resolveConv({ op: 'conv', rank: 2, ...window }, input, weights);
  const outputs = shape.elementCount(pool.outputShape);

  console.log(`${kernelSize} × ${kernelSize}, stride ${stride}, padding ${padding}`);
  console.log('  elements looked at:', outputs * kernelSize ** 2);
  console.log('  without padding:   ', shape.poolCost(pool).taps);
  console.log('  multiplications of a convolution:', shape.convCost(conv).multiplyAdds);
}
