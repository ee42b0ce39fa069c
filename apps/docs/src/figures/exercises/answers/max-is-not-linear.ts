import { conv1d, maxPool1d, tensor } from 'cenote';

const a = tensor([[1, 0]]);
const b = tensor([[0, 1]]);

// Whatever its weights, what a convolution makes of a sum is a sum.
const weight = tensor([[[0.3, 0.7]]]);
const parts = conv1d(a, weight).add(conv1d(b, weight));
console.log('convolution of a + b:', conv1d(a.add(b), weight).itemSync().toFixed(1));
console.log('sum of convolutions: ', parts.itemSync().toFixed(1));

// The maximum is not like that.
console.log('maximum of a + b:    ', maxPool1d(a.add(b), 2).itemSync());
console.log('sum of maxima:       ', maxPool1d(a, 2).add(maxPool1d(b, 2)).itemSync());
