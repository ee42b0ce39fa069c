import { type Equal, expectType } from './expect.js';
import { nn, zeros } from './fake.js';

// LeNet, as in chapter 6.6 of Dive into Deep Learning.
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
export const digits = lenet.forward(zeros([32, 1, 28, 28]));
expectType<Equal<(typeof digits)['shape'], [32, 10]>>();

// VGG-16 (Simonyan and Zisserman, 2014), configuration D, with its 39 layers one after the other.
const vgg16 = nn.sequential(
  nn.conv2d(3, 64, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(64, 64, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(64, 128, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(128, 128, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(128, 256, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(256, 256, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(256, 256, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(256, 512, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(512, 512, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(512, 512, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(512, 512, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(512, 512, { kernelSize: 3, padding: 1 }),
  nn.relu(),
  nn.conv2d(512, 512, { kernelSize: 3, padding: 1 }),
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
export const scores = vgg16.forward(zeros([8, 3, 224, 224]));
expectType<Equal<(typeof scores)['shape'], [8, 1000]>>();
