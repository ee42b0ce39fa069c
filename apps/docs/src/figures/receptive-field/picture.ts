import { conv2d, data, full, maxPool2d, scope, type Tensor, tensor } from 'cenote';
import type { Level } from './model.js';

/** Grey values from 0 to 255, row by row. */
export interface Picture {
  readonly size: number;
  readonly pixels: Uint8ClampedArray;
}

/** A picture to look at: a handwritten 3 where it is as large as those of MNIST, and a pool in the rock otherwise. */
export function pictureOf(size: number): Picture {
  return size === 28 ? digit() : cenote(size);
}

function digit(): Picture {
  const { images, labels, width, height } = data.digits({ count: 10, seed: 4 });
  const start = labels.indexOf(3) * width * height;
  return { size: width, pixels: Uint8ClampedArray.from(images.subarray(start, start + width * height)) };
}

/** Water with rings on it, seen from above, in a rim of rock under the evening sun. */
function cenote(size: number): Picture {
  const pixels = new Uint8ClampedArray(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      pixels[row * size + column] = 255 * brightness((column + 0.5) / size, (row + 0.5) / size);
    }
  }
  return { size, pixels };
}

function brightness(x: number, y: number): number {
  const angle = Math.atan2(y - 0.52, x - 0.5);
  const distance = Math.hypot(x - 0.5, (y - 0.52) * 1.12);
  const rim = 0.34 + 0.018 * Math.sin(5 * angle + 1) + 0.012 * Math.sin(11 * angle) + 0.006 * Math.sin(23 * angle + 2);
  if (distance > rim) {
    const rock = 0.66 + 0.08 * Math.sin(37 * x + 9 * Math.sin(7 * y)) * Math.sin(29 * y + 5 * Math.sin(11 * x));
    return rock - 0.35 * Math.exp(-(distance - rim) * 40) * (0.6 - 0.4 * Math.sin(angle));
  }
  const drop = Math.hypot(x - 0.42, (y - 0.47) * 1.12);
  const rings = 0.1 * Math.cos(90 * drop) * Math.exp(-drop * 9);
  return 0.2 + 0.12 * (1 - distance / rim) + rings + 0.08 * Math.sin(angle + 0.7) * (distance / rim);
}

/**
 * What a stack makes of a picture when every convolution takes a plain mean and every pooling the maximum: something to see on
 * the planes in between.
 *
 * @returns the picture itself and the output of each layer, each stretched to use all greys
 */
export function featuresOf(picture: Picture, levels: readonly Level[]): readonly Picture[] {
  return scope(() => {
    const { size } = picture;
    let x: Tensor = tensor(Float32Array.from(picture.pixels)).reshape([1, size, size]);
    const planes = [picture];
    for (const { layer, size: side } of levels) {
      const { kernelSize, stride, padding, dilation } = layer;
      const window = { stride, padding, dilation };
      x =
        layer.kind === 'pool'
          ? maxPool2d(x, kernelSize, window)
          : conv2d(x, full([1, 1, kernelSize, kernelSize], 1 / kernelSize ** 2), null, window);
      planes.push({ size: side, pixels: stretched(x.dataSync()) });
    }
    return planes;
  });
}

function stretched(values: ArrayLike<number | bigint>): Uint8ClampedArray {
  const numbers = Float32Array.from(values, Number);
  const low = numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = numbers.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return Uint8ClampedArray.from(numbers, (value) => (255 * (value - low)) / (high - low || 1));
}
