import { type LenetInputs, lenetLearningRate } from './inputs.js';

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** A convolution with a sigmoid after it. */
interface ConvLayer {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly padding: number;
}

const convolutions: readonly [ConvLayer, ConvLayer] = [
  { from: 1, to: 6, size: 28, padding: 2 },
  { from: 6, to: 16, size: 14, padding: 0 },
];
const linears = [
  { from: 400, to: 120 },
  { from: 120, to: 84 },
  { from: 84, to: 10 },
] as const;
const kernel = 5;
const outputSize = ({ size, padding }: ConvLayer) => size + 2 * padding - kernel + 1;

/** Calls `visit` for each pair of an input and a weight of a convolution that meet. */
function eachTap(layer: ConvLayer, visit: (output: number, input: number, weight: number) => void): void {
  const { from, to, size, padding } = layer;
  const out = outputSize(layer);
  for (let o = 0; o < to; o++) {
    for (let c = 0; c < from; c++) {
      for (let kh = 0; kh < kernel; kh++) {
        for (let kw = 0; kw < kernel; kw++) {
          const weight = ((o * from + c) * kernel + kh) * kernel + kw;
          for (let h = Math.max(0, padding - kh); h < Math.min(out, size + padding - kh); h++) {
            for (let w = Math.max(0, padding - kw); w < Math.min(out, size + padding - kw); w++) {
              visit((o * out + h) * out + w, (c * size + h + kh - padding) * size + w + kw - padding, weight);
            }
          }
        }
      }
    }
  }
}

/** The activations of one picture: what goes into each layer that has weights, and the sigmoids before pooling. */
interface Activations {
  readonly inputs: readonly Float32Array[];
  readonly active: readonly [Float32Array, Float32Array];
  readonly logits: Float32Array;
}

function forward(image: Float32Array, parameters: readonly Float32Array[]): Activations {
  const inputs: Float32Array[] = [];
  const active: Float32Array[] = [];
  let x = image;
  convolutions.forEach((layer, index) => {
    inputs.push(x);
    const out = outputSize(layer);
    const y = new Float32Array(layer.to * out * out);
    for (let o = 0; o < layer.to; o++) y.fill(parameters[2 * index + 1][o], o * out * out, (o + 1) * out * out);
    const weights = parameters[2 * index];
    const from = x;
    eachTap(layer, (output, input, weight) => {
      y[output] += weights[weight] * from[input];
    });
    for (let at = 0; at < y.length; at++) y[at] = sigmoid(y[at]);
    active.push(y);
    const half = out / 2;
    x = new Float32Array(layer.to * half * half);
    for (let row = 0; row < layer.to * half; row++) {
      for (let w = 0; w < half; w++) {
        const at = 2 * row * out + 2 * w;
        x[row * half + w] = (y[at] + y[at + 1] + y[at + out] + y[at + out + 1]) / 4;
      }
    }
  });
  linears.forEach(({ from, to }, index) => {
    inputs.push(x);
    const weights = parameters[4 + 2 * index];
    const y = parameters[5 + 2 * index].slice();
    for (let o = 0; o < to; o++) {
      for (let i = 0; i < from; i++) y[o] += weights[o * from + i] * x[i];
    }
    x = index === 2 ? y : y.map(sigmoid);
  });
  return { inputs, active: [active[0], active[1]], logits: x };
}

/** LeNet's logits, a picture at a time. */
export function plainLenet({ images, labels, parameters }: LenetInputs, batch = labels.length): Float32Array {
  const logits = new Float32Array(batch * 10);
  for (let n = 0; n < batch; n++) {
    logits.set(forward(images.subarray(n * 784, (n + 1) * 784), parameters).logits, n * 10);
  }
  return logits;
}

/** The parameters after one step down the gradient of the mean cross-entropy. Those given are left as they are. */
export function plainLenetStep({ images, labels, parameters }: LenetInputs): Float32Array[] {
  const gradients = parameters.map((each) => new Float32Array(each.length));
  for (let n = 0; n < labels.length; n++) {
    const image = images.subarray(n * 784, (n + 1) * 784);
    addGradient(forward(image, parameters), labels[n], labels.length, parameters, gradients);
  }
  return parameters.map((each, index) => each.map((value, at) => value - lenetLearningRate * gradients[index][at]));
}

function addGradient(
  { inputs, active, logits }: Activations,
  label: number,
  batch: number,
  parameters: readonly Float32Array[],
  gradients: readonly Float32Array[],
): void {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const total = exponentials.reduce((sum, value) => sum + value);
  let slope = exponentials.map((value, index) => (value / total - (index === label ? 1 : 0)) / batch);
  for (let layer = 2; layer >= 0; layer--) {
    const { from, to } = linears[layer];
    const input = inputs[2 + layer];
    const weights = parameters[4 + 2 * layer];
    const back = new Float32Array(from);
    for (let o = 0; o < to; o++) {
      gradients[5 + 2 * layer][o] += slope[o];
      for (let i = 0; i < from; i++) {
        gradients[4 + 2 * layer][o * from + i] += slope[o] * input[i];
        back[i] += slope[o] * weights[o * from + i];
      }
    }
    // What went into the first linear layer was pooled, not activated.
    slope = layer === 0 ? back : back.map((value, i) => value * input[i] * (1 - input[i]));
  }
  for (let layer = 1; layer >= 0; layer--) {
    const geometry = convolutions[layer];
    const out = outputSize(geometry);
    const y = active[layer];
    const pooled = slope;
    const dy = y.map((value, at) => {
      const row = Math.floor(at / out);
      const from = Math.floor(row / 2) * (out / 2) + Math.floor((at % out) / 2);
      return (pooled[from] / 4) * value * (1 - value);
    });
    dy.forEach((value, at) => {
      gradients[2 * layer + 1][Math.floor(at / (out * out))] += value;
    });
    const input = inputs[layer];
    const weights = parameters[2 * layer];
    const slopes = gradients[2 * layer];
    const back = new Float32Array(input.length);
    eachTap(geometry, (output, from, weight) => {
      slopes[weight] += dy[output] * input[from];
      back[from] += dy[output] * weights[weight];
    });
    slope = back;
  }
}
