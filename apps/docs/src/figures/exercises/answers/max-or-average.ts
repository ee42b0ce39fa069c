import { avgPool2d, generator, maxPool2d, randn, tensor } from 'cenote';

// One strong response among 16: the maximum reports it, the average dilutes it.
const spike = tensor([
  [0, 0, 0, 0],
  [0, 0, 8, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
]);
console.log('spike: maximum', maxPool2d(spike, 4).itemSync());
console.log('spike: average', avgPool2d(spike, 4).itemSync());

// Noise around 0: the average of 4 halves it, the maximum of 4 lies above 0.
const noise = randn([256, 256], { generator: generator(1) });
const pooled = { maximum: maxPool2d(noise, 2), average: avgPool2d(noise, 2) };
for (const [name, y] of Object.entries(pooled)) {
  const mean = y.mean();
  const spread = y.sub(mean).square().mean().sqrt();
  const numbers = [mean, spread].map((x) => x.itemSync().toFixed(2));
  console.log(`noise: ${name} has mean ${numbers[0]}, spread ${numbers[1]}`);
}

// Learning: the maximum hands its gradient to one element, the average to all.
for (const name of ['maximum', 'average']) {
  const x = tensor([4, 2, 1, 3], { requiresGrad: true });
  const window = x.reshape([1, 1, 2, 2]);
  const y = name === 'maximum' ? maxPool2d(window, 2) : avgPool2d(window, 2);
  y.sum().backward();
  console.log(`gradient: ${name}`, String(x.grad));
}
