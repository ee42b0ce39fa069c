import { cast, generator, maxPool2d, minPool2d, neg, randn, relu } from 'cenote';

const x = randn([256, 256], { generator: generator(1) });
const difference = minPool2d(x, 2)
  .sub(neg(maxPool2d(neg(x), 2)))
  .abs()
  .max();
console.log('min(x) and −max(−x) differ by', difference.itemSync());

// Behind a ReLU, a minimum is 0 unless the whole window is positive.
const active = relu(x);
const share = { minima: minPool2d(active, 2), maxima: maxPool2d(active, 2) };
for (const [name, y] of Object.entries(share)) {
  console.log(`zeros among ${name}: ${cast(y.eq(0), 'f32').mean().itemSync().toFixed(2)}`);
}
console.log(`expected: ${(15 / 16).toFixed(2)} and ${(1 / 16).toFixed(2)}`);
