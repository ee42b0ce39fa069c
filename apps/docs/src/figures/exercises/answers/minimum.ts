import { cast, generator, maxPool2d, minPool2d, neg, randn, relu } from 'cenote';

const x = randn([256, 256], { generator: generator(2) });
const negated = neg(maxPool2d(neg(x), 2));
const difference = minPool2d(x, 2).sub(negated).abs().max();
console.log('min(x) and −max(−x) differ by', difference.itemSync());

// Behind a ReLU, a minimum is 0 unless the whole window is positive.
const active = relu(x);
for (const name of ['minima', 'maxima']) {
  const y = name === 'minima' ? minPool2d(active, 2) : maxPool2d(active, 2);
  const zeros = cast(y.eq(0), 'f32').mean().itemSync();
  console.log(`zeros among ${name}: ${zeros.toFixed(2)}`);
}
console.log(`expected: ${(15 / 16).toFixed(2)} and ${(1 / 16).toFixed(2)}`);
