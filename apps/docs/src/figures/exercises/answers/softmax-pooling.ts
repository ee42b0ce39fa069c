import { avgPool2d, maxPool2d, softPool2d, tensor } from 'cenote';

// Σ eˣ x / Σ eˣ: a mean in which larger elements weigh exponentially more.
const x = tensor([
  [1, 2],
  [3, 4],
]);
console.log('average:', avgPool2d(x, 2).itemSync());
for (const sharpness of [0.01, 1, 3, 100]) {
  const y = softPool2d(x.mul(sharpness), 2).itemSync() / sharpness;
  console.log(`softmax of ${sharpness} · x:`, y.toFixed(4));
}
console.log('maximum:', maxPool2d(x, 2).itemSync());
