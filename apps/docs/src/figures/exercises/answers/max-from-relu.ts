import { conv2d, generator, maxPool2d, randn, relu, round, tensor } from 'cenote';

// max(a, b) = a + relu(b − a), and a = relu(a) − relu(−a): three channels.
// Of a window [a b; c d], the first layer makes b − a, a, −a, d − c, c, −c.
const first = tensor([
  [-1, 1, 0, 0],
  [1, 0, 0, 0],
  [-1, 0, 0, 0],
  [0, 0, -1, 1],
  [0, 0, 1, 0],
  [0, 0, -1, 0],
]).reshape([6, 1, 2, 2]);
// With m = max(a, b) and n = max(c, d), the second makes n − m, m, −m.
const second = tensor([
  [-1, -1, 1, 1, 1, -1],
  [1, 1, -1, 0, 0, 0],
  [-1, -1, 1, 0, 0, 0],
]).reshape([3, 6, 1, 1]);
const last = tensor([1, 1, -1]).reshape([1, 3, 1, 1]);

const x = round(randn([1, 6, 6], { generator: generator(3) }).mul(9));
const rows = relu(conv2d(x, first, null, { stride: 2 }));
const y = conv2d(relu(conv2d(rows, second)), last);
console.log(String(y));
const difference = y.sub(maxPool2d(x, 2)).abs().max();
console.log('differs from maxPool2d by', difference.itemSync());

// A knockout tournament: a pair needs three channels, a bye two.
for (const size of [2, 3, 4]) {
  const channels = [];
  for (let left = size * size; left > 1; left = Math.ceil(left / 2)) {
    channels.push(3 * Math.floor(left / 2) + 2 * (left % 2));
  }
  console.log(`${size} × ${size}: ${channels.length} layers, ${channels.join(', ')} channels`);
}
