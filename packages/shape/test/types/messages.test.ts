import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compile, onSources, temporaryFolder, write } from './compiler.js';

/** Mistakes, and what the compiler says. `x` is `[8, 3, 28, 28]`, `m` is `[2, 3]`. */
const mistakes: readonly (readonly [code: string, message: string])[] = [
  // Windows
  ['maxPool2d(x, 29)', 'maxPool2d: window 29 is larger than the padded input 28 on axis H'],
  [
    'maxPool2d(zeros([1, 4, 5]), 7, { padding: 1 })',
    'maxPool2d: window 7 is larger than the padded input 6 (4 + 1 + 1) on axis H',
  ],
  [
    'maxPool2d(zeros([9, 4]), 3, { dilation: 3 })',
    'maxPool2d: window 7 (kernelSize 3, dilation 3) is larger than the padded input 4 on axis W',
  ],
  [
    'maxPool2d(zeros([4, 4]), 6, { stride: 2, ceilMode: true })',
    'maxPool2d: window 6 is larger than the padded input 4 by at least the stride 2 (ceil mode) on axis H',
  ],
  ['maxPool2d(x, 3, { padding: 2 })', 'maxPool2d: padding 2 is above half of the window 3 on axis H'],
  [
    'maxPool2d(x, { kernelSize: 2, padding: [0, [0, 2]] })',
    'maxPool2d: padding [0, 2] is as large as the window 2 on axis W',
  ],
  ['maxPool2d(x, 2, { padding: -1 })', 'maxPool2d: padding -1 is not a non-negative integer on axis H'],
  ['maxPool2d(x, 0)', 'maxPool2d: kernelSize 0 is not a positive integer on axis H'],
  ['maxPool2d(x, 2, { stride: 0 })', 'maxPool2d: stride 0 is not a positive integer on axis H'],
  ['maxPool2d(x, 2, { stride: 1.5 })', 'maxPool2d: stride 1.5 is not a positive integer on axis H'],
  ['maxPool2d(x, [2, 2, 2])', 'maxPool2d: kernelSize has 3 entries, expected 2'],
  ['maxPool2d(zeros([28]), 2)', 'maxPool2d: expects an input of rank 2, 3 or 4, got rank 1'],
  ['maxPool2d(zeros([1, 0, 4]), 2)', 'maxPool2d: the input is empty on axis H'],
  [
    'maxPool2d(zeros([2, 9]), 2, { padding: 2, dilation: 4 })',
    'maxPool2d: a window with dilation 4 steps over the whole input 2 on axis H',
  ],
  ['maxPool2d(x, { kernelSize: 2, strides: 1 })', 'maxPool2d: there is no option strides'],
  ['adaptiveAvgPool2d(x, [7, 0])', 'adaptiveAvgPool2d: outputSize 0 is not a positive integer on axis W'],
  ['globalAvgPool(zeros([28, 28]))', 'globalAvgPool: expects an input of rank 3, 4 or 5, got rank 2'],
  ['conv2d(x, zeros([6, 1, 5, 5]))', 'conv2d: expects 1 input channel, got 3'],
  ['conv2d(x, zeros([6, 3, 5]))', 'conv2d: expects a weight of rank 4, got rank 3'],
  ['conv2d(x, zeros([4, 1, 5, 5]), null, { groups: 3 })', 'conv2d: groups 3 does not divide the 4 output channels'],
  ['conv2d(zeros([28, 28]), zeros([6, 1, 5, 5]))', 'conv2d: expects an input of rank 3 or 4, got rank 2'],
  [
    'conv2d(x, zeros([6, 3, 31, 5]), null, { padding: 1 })',
    'conv2d: window 31 is larger than the padded input 30 (28 + 1 + 1) on axis H',
  ],
  ['nn.conv2d(3, 6, { kernelSize: 5, groups: 2 })', 'conv2d: groups 2 does not divide the 3 input channels'],
  ['nn.conv2d(3, 6, { kernelSize: 5, strides: 2 })', 'conv2d: there is no option strides'],
  [
    'maxUnpool2d(zeros([4, 4]), { kernelSize: 2, outputSize: [8, 10] })',
    'maxUnpool2d: outputSize 10 does not belong to this pooling: it differs from the usual size by the stride 2 or more on axis W',
  ],
  [
    'fractionalMaxPool2d(zeros([8, 8]), { kernelSize: 3, outputSize: 7 })',
    'fractionalMaxPool2d: 7 windows of size 3 need an input of 9, got 8 on axis H',
  ],
  // Other shapes
  ['tensor([[1, 2], [3]])', 'tensor: nested arrays of one level have different lengths'],
  ['m.reshape([4, 2])', 'reshape: cannot reshape [2, 3] of 6 elements to [4, 2], which has 8'],
  ['m.reshape([4, -1])', 'reshape: cannot reshape [2, 3] of 6 elements to [4, -1]: 4 does not divide 6'],
  ['m.reshape([-1, -1])', 'reshape: only one size of [-1, -1] may be -1'],
  ['zeros([0, 3]).reshape([0, -1])', 'reshape: the -1 in [0, -1] beside a 0 could be anything'],
  ['m.flatten(2)', 'flatten: there is no axis 2 in a shape of rank 2'],
  ['x.flatten(2, 1)', 'flatten: endDim 1 comes before startDim 2 in a shape of rank 4'],
  ['permute(x, [0, 2, 3])', 'permute: [0, 2, 3] names 3 axes of a shape of rank 4'],
  ['permute(x, [0, 2, 2, 1])', 'permute: axis 2 is named twice'],
  ['transpose(m, 0, 2)', 'transpose: there is no axis 2 in a shape of rank 2'],
  ['sum(m, [0, -2])', 'sum: axis 0 is named twice'],
  ['matmul(m, m)', 'matmul: inner sizes 3 and 2 differ, got [2, 3] and [2, 3]'],
  ['matmul(m, zeros([]))', 'matmul: a scalar is not a matrix, got [2, 3] and []'],
  ['add(m, zeros([2]))', 'add: cannot broadcast [2, 3] and [2]: sizes 3 and 2 on axis -1'],
  ['concat([m, zeros([3, 4])])', 'concat: shapes [2, 3] and [3, 4] do not agree outside axis 0'],
  ['concat([m, m], 2)', 'concat: there is no axis 2 in a shape of rank 2'],
  ['stack([m, zeros([2, 4])])', 'stack: shapes [2, 3] and [2, 4] differ'],
  ['slice(m, [[0, 1], 3])', 'slice: position 3 is outside axis 1 of size 3'],
  ['slice(m, [0, 0, 0])', 'slice: there are more ranges than the 2 axes of the input'],
  ['expand(m, [4, 3])', 'expand: cannot expand [2, 3] to [4, 3]'],
  ['pad(m, [[1, 1]])', 'pad: expects 2 pairs for a shape of rank 2, got 1'],
  ['m.as([null, 4])', 'as: expects [?, 4], got [2, 3]'],
  // Layers
  [
    'nn.sequential(nn.input([null, 1, 28, 28]), nn.conv2d(1, 6, { kernelSize: 5 }), nn.flatten(), nn.linear(400, 10))',
    'linear: expects 400 input features, got 3456 (layer 3 of sequential)',
  ],
  [
    'nn.sequential(nn.conv2d(1, 6, { kernelSize: 5 }), nn.relu(), nn.conv2d(8, 16, { kernelSize: 5 }))',
    'conv2d: expects 8 input channels, got 6 (layer 2 of sequential)',
  ],
  [
    'nn.sequential(nn.linear(4, 5), nn.sequential(nn.relu(), nn.linear(6, 7)))',
    'linear: expects 6 input features, got 5 (layer 1.1 of sequential)',
  ],
  [
    'nn.sequential(nn.conv2d(3, 6, { kernelSize: 5 }), nn.maxPool2d(25)).forward(x)',
    'maxPool2d: window 25 is larger than the padded input 24 on axis H (layer 1 of sequential)',
  ],
  ['nn.linear(784, 10).forward(x.flatten(1))', 'linear: expects 784 input features, got 2352'],
];

test('the compiler says what is wrong, with the numbers and the rule', async () => {
  const folder = temporaryFolder();
  const fake = relative(folder, fileURLToPath(new URL('./fake.js', import.meta.url))).replaceAll('\\', '/');
  const names = [...new Set(mistakes.flatMap(([code]) => code.match(/(?<![.\w])[a-zA-Z2]+(?=[(.])/g) ?? []))];
  const head = [
    `import { ${names.filter((name) => !['x', 'm'].includes(name)).join(', ')} } from './${fake}';`,
    'const x = zeros([8, 3, 28, 28]); const m = zeros([2, 3]);',
  ];
  const source = [...head, ...mistakes.map(([code]) => `${code};`)].join('\n');
  write(folder, { 'mistakes.ts': source });
  const { complaints } = await compile(folder, ['mistakes.ts'], onSources);
  const messages = mistakes.map(([code], index) => {
    const here = complaints.filter(({ line }) => line === head.length + index + 1);
    return [code, here.map(({ text }) => text.match(/"([^"]*)"[^"]*'\.$/)?.[1] ?? text).join(' + ')];
  });
  expect(messages).toEqual(mistakes);
  expect(complaints.map(({ file }) => file)).toEqual(mistakes.map(() => 'mistakes.ts'));
});
