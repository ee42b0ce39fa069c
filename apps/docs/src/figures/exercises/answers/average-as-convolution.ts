import { arange, avgPool2d, conv2d, full, generator, randn } from 'cenote';

// A window of 2 × 2 whose weights are all 1/4 adds a quarter of each element: the mean.
const weight = full([1, 1, 2, 2], 1 / 4);
const x = arange(16).reshape([1, 4, 4]);
console.log(String(conv2d(x, weight, null, { stride: 2 })));
console.log(String(avgPool2d(x, 2)));

// Channels must not mix, so with three of them there are three groups, each with its own copy of the weights.
const picture = randn([3, 8, 8], { generator: generator(1) });
const byConvolution = conv2d(picture, full([3, 1, 2, 2], 1 / 4), null, { stride: 2, groups: 3 });
const difference = byConvolution.sub(avgPool2d(picture, 2)).abs().max().itemSync();
console.log('largest difference below 1e-6:', difference < 1e-6);
