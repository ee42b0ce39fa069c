import { shape } from 'cenote';

const [channels, side] = [6, 28];
for (const [kernelSize, stride, padding] of [
  [2, 2, 0],
  [3, 2, 1],
  [3, 1, 1],
]) {
  const window = { op: 'pool', rank: 2, stride, padding };
  const pool = shape.resolvePool({ ...window, kernelSize }, [channels, side, side]);
  const outputs = shape.elementCount(pool.outputShape);
  const weights = [channels, channels, kernelSize, kernelSize];
  const { multiplyAdds } = shape.convCost(shape.resolveConv(window, pool.inputShape, weights));

  console.log(`${kernelSize} × ${kernelSize}, stride ${stride}, padding ${padding}`);
  console.log('  elements looked at:', outputs * kernelSize ** 2);
  console.log('  without padding:   ', shape.poolCost(pool).taps);
  console.log('  as a convolution:  ', multiplyAdds, 'multiplications');
}
