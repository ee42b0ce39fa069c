import averageAsConvolution from './answers/average-as-convolution.ts?raw';
import cost from './answers/cost.ts?raw';
import maxFromRelu from './answers/max-from-relu.ts?raw';
import maxIsNotLinear from './answers/max-is-not-linear.ts?raw';
import maxOrAverage from './answers/max-or-average.ts?raw';
import minimum from './answers/minimum.ts?raw';
import softmaxPooling from './answers/softmax-pooling.ts?raw';

/**
 * The programs that answer the exercises, by the name of their file in `answers/`. They are typed and checked like all code;
 * the same text is shown, edited and run in the page. A `.txt` beside each has what it prints, for readers without script.
 */
export const answers: Readonly<Record<string, string>> = {
  'average-as-convolution': averageAsConvolution,
  'max-is-not-linear': maxIsNotLinear,
  'max-from-relu': maxFromRelu,
  cost,
  'max-or-average': maxOrAverage,
  minimum,
  'softmax-pooling': softmaxPooling,
};
