import { arange, avgPool2d, conv2d, full, generator, randn } from 'cenote';

// A window of 2 × 2 whose weights are all 1/4 adds up a mean.
const weight = full([1, 1, 2, 2], 1 / 4);
const x = arange(16).reshape([1, 4, 4]);
console.log(String(conv2d(x, weight, null, { stride: 2 })));
console.log(String(avgPool2d(x, 2)));

// Channels must not mix: three channels are three groups of their own.
const picture = randn([3, 8, 8], { generator: generator(1) });
const weights = full([3, 1, 2, 2], 1 / 4);
const averages = conv2d(picture, weights, null, { stride: 2, groups: 3 });
const difference = averages.sub(avgPool2d(picture, 2)).abs().max().itemSync();
console.log('largest difference below 1e-6:', difference < 1e-6);
