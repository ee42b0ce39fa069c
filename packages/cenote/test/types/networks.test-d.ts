// Checked by the compiler alone: what the front door's types say of real networks.
import {
  adaptiveAvgPool2d,
  add,
  arange,
  avgPool2d,
  blurPool2d,
  concat,
  conv2d,
  fractionalMaxPool2d,
  gemPool2d,
  matmul,
  maxPool2d,
  maxUnpool2d,
  nn,
  oneHot,
  ones,
  randn,
  softPool2d,
  type Tensor,
  tensor,
  zeros,
} from 'cenote';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `shapeIs<[2, 3]>().of(x)` compiles when x is exactly a `Tensor<[2, 3]>`. */
const shapeIs = <S extends readonly number[]>() => ({
  of: <T extends readonly number[]>(_: Tensor<T>, ...wrong: Equal<T, S> extends true ? [] : [expected: S, got: T]) =>
    wrong,
});

// Creation and operations.
shapeIs<[2, 3]>().of(
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
);
shapeIs<[16]>().of(arange(16));
shapeIs<[number]>().of(arange(0, 1, 0.25));
shapeIs<[1, 1, 4, 4]>().of(arange(16).reshape([1, 1, 4, -1]));
shapeIs<[2, 2]>().of(
  maxPool2d(
    tensor([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ]),
    2,
    { stride: 1 },
  ),
);
shapeIs<[1, 64, 56, 56]>().of(maxPool2d(zeros([1, 64, 112, 112]), { kernelSize: 3, stride: 2, padding: 1 }));
shapeIs<[8, 3, 4, 4]>().of(avgPool2d(zeros([8, 3, 7, 7]), 2, { ceilMode: true }));
shapeIs<[8, 3, 2, 7]>().of(adaptiveAvgPool2d(zeros([8, 3, 5, 7]), [2, null]));
shapeIs<[4, 6, 28, 28]>().of(conv2d(zeros([4, 1, 28, 28]), zeros([6, 1, 5, 5]), null, { padding: 2 }));
shapeIs<[5, 2, 4]>().of(matmul(zeros([5, 2, 3]), zeros([3, 4])));
shapeIs<[2, 3]>().of(add(zeros([2, 1]), ones([3])));
shapeIs<[2, 1]>().of(zeros([2, 3]).mul(2).sum(1, { keepDim: true }));
shapeIs<[]>().of(zeros([2, 3]).sub(1).square().mean());
shapeIs<[5, 3]>().of(concat([zeros([2, 3]), zeros([3, 3])]));
shapeIs<[4, 10]>().of(oneHot(zeros([4], { dtype: 'i32' }), 10));
const { output, indices } = maxPool2d(zeros([3, 8, 8]), 2, { returnIndices: true });
shapeIs<[3, 4, 4]>().of(output);
shapeIs<[3, 4, 4]>().of(indices);

shapeIs<[1, 4, 3, 3]>().of(softPool2d(zeros([1, 4, 7, 7]), 2));
shapeIs<[1, 4, 4, 4]>().of(blurPool2d(zeros([1, 4, 7, 7])));
shapeIs<[1, 4, 1, 1]>().of(gemPool2d(zeros([1, 4, 7, 7])));
shapeIs<[1, 4, 14, 14]>().of(maxUnpool2d(zeros([1, 4, 7, 7]), zeros([1, 4, 7, 7], { dtype: 'i32' }), 2));
shapeIs<[1, 4, 5, 5]>().of(fractionalMaxPool2d(zeros([1, 4, 7, 7]), 2, { outputSize: 5 }));

// A batch size that is known at run time only widens what it touches.
declare const batch: number;
shapeIs<[number, 10]>().of(nn.lenet5().forward(zeros([batch, 1, 28, 28])));
declare const anything: Tensor;
shapeIs<[32, 1, 28, 28]>().of(anything.as([32, 1, 28, 28]));
shapeIs<[number, 1, 28, 28]>().of(anything.as([null, 1, 28, 28]));

// D2L's LeNet, layer by layer, and as it comes.
const lenet = nn.sequential(
  nn.conv2d(1, 6, { kernelSize: 5, padding: 2 }),
  nn.sigmoid(),
  nn.avgPool2d(2),
  nn.conv2d(6, 16, { kernelSize: 5 }),
  nn.sigmoid(),
  nn.avgPool2d(2),
  nn.flatten(),
  nn.linear(400, 120),
  nn.sigmoid(),
  nn.linear(120, 84),
  nn.sigmoid(),
  nn.linear(84, 10),
);
shapeIs<[256, 10]>().of(lenet.forward(randn([256, 1, 28, 28])));
shapeIs<[256, 10]>().of(nn.lenet5({ variant: 'd2l' }).forward(randn([256, 1, 28, 28])));
shapeIs<[1, 26]>().of(
  nn
    .lenet5({ classes: 26, inputSize: 32 })
    .eval()
    .forward(randn([1, 1, 32, 32])),
);

// VGG-16 (Simonyan and Zisserman, 2014), configuration D.
const block = { kernelSize: 3, padding: 1 } as const;
const vgg16 = nn.sequential(
  nn.conv2d(3, 64, block),
  nn.relu(),
  nn.conv2d(64, 64, block),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(64, 128, block),
  nn.relu(),
  nn.conv2d(128, 128, block),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(128, 256, block),
  nn.relu(),
  nn.conv2d(256, 256, block),
  nn.relu(),
  nn.conv2d(256, 256, block),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(256, 512, block),
  nn.relu(),
  nn.conv2d(512, 512, block),
  nn.relu(),
  nn.conv2d(512, 512, block),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(512, 512, block),
  nn.relu(),
  nn.conv2d(512, 512, block),
  nn.relu(),
  nn.conv2d(512, 512, block),
  nn.relu(),
  nn.maxPool2d(2),
  nn.flatten(),
  nn.linear(25088, 4096),
  nn.relu(),
  nn.dropout(0.5),
  nn.linear(4096, 4096),
  nn.relu(),
  nn.dropout(0.5),
  nn.linear(4096, 1000),
);
shapeIs<[8, 1000]>().of(vgg16.forward(zeros([8, 3, 224, 224])));

// Pooling beyond the plain kinds keeps its place in a chain.
const pooled = nn.sequential(
  nn.conv2d(3, 8, { kernelSize: 3, padding: 1 }),
  nn.maxBlurPool2d({ filterSize: 3 }),
  nn.softPool2d(2),
  nn.adaptivePolyphaseSample2d(),
  nn.mixedPool2d(2, { stride: 1 }),
  nn.gemPool2d(),
  nn.flatten(),
  nn.linear(8, 5),
);
shapeIs<[4, 5]>().of(pooled.forward(zeros([4, 3, 33, 33])));
shapeIs<[1, 8, 16, 16]>().of(nn.blurPool2d().forward(zeros([1, 8, 31, 32])));
shapeIs<[1, 8, 7, 7]>().of(nn.maxBlurPool2d({ kernelSize: 3, stride: 4 }).forward(zeros([1, 8, 28, 28])));

// What does not fit does not compile.
// @ts-expect-error linear: expects 400 input features, got 256
nn.sequential(nn.flatten(), nn.linear(784, 256), nn.linear(400, 10));
// @ts-expect-error linear: expects 400 input features, got 3456, before there is a tensor
nn.sequential(nn.input([null, 1, 28, 28]), nn.conv2d(1, 6, { kernelSize: 5 }), nn.flatten(), nn.linear(400, 10));
// @ts-expect-error maxPool2d: window 5 is larger than the padded input 4
maxPool2d(zeros([1, 1, 4, 4]), 5);
// @ts-expect-error lenet5: expects one channel
nn.lenet5().forward(zeros([1, 3, 28, 28]));
// @ts-expect-error matmul: inner sizes differ
zeros([2, 3]).matmul(zeros([4, 5]));
// @ts-expect-error reshape: 6 elements do not fit
zeros([2, 3]).reshape([4]);

// A typed layer is a layer, a tensor of known shape a tensor.
const modules: nn.Module[] = [lenet, vgg16, nn.relu()];
const tensors: Tensor[] = [zeros([2, 3]), zeros([])];

export { modules, tensors };
