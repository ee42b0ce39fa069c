import { grad, type nn, noGrad, scope, sum, type Tensor } from 'cenote';
import { pixelMap } from './report/pixels.js';
import type { LayerMaps, PixelMap } from './result.js';

/**
 * What a layer is called in tables and pictures: its name in the network and its kind, `2 maxPool2d`.
 */
export function layerTitle(name: string, layer: nn.Module): string {
  const description = layer.describe();
  return `${name} ${description.kind === 'custom' ? description.name : description.kind}`;
}

/**
 * Runs one image through the network and keeps what every layer makes of it.
 *
 * @param model The network.
 * @param image `[1, channels, height, width]`; stays the caller's.
 * @returns One entry for each layer, in order.
 */
export async function layerMaps(model: nn.Sequential, image: Tensor): Promise<LayerMaps[]> {
  const maps: LayerMaps[] = [];
  let input = image;
  for (const [name, layer] of model.children()) {
    const output = scope(() => noGrad(() => layer.forward(input)));
    const { list, low, high } = quantized(await output.data('f32'), output.shape);
    const title = layerTitle(name, layer);
    const isPooling = /pool/i.test(layer.describe().kind);
    const passed = isPooling ? await shareThatPasses(layer, input) : { kept: null, keptShare: null };
    maps.push({ name: title, maps: list, low, high, ...passed });
    if (input !== image) input.dispose();
    input = output;
  }
  if (input !== image) input.dispose();
  return maps;
}

/**
 * How much of each input value reaches the output: the gradient of the sum of the outputs. A maximum passes its winner
 * on whole, an average the same share of every value.
 */
async function shareThatPasses(
  layer: nn.Module,
  input: Tensor,
): Promise<{ readonly kept: readonly PixelMap[]; readonly keptShare: number }> {
  using leaf = input.detach();
  leaf.requiresGrad = true;
  using share = scope(() => grad(sum(layer.forward(leaf)), [leaf])[0]);
  const values = await share.data('f32');
  const { list } = quantized(values.map(Math.abs), input.shape, 0);
  return { kept: list, keptShare: values.reduce((many, value) => many + (value === 0 ? 0 : 1), 0) / values.length };
}

/**
 * Values of one example as bytes: one map for each channel, or a single row where there are no channels.
 *
 * @param floor What byte 0 stands for; the smallest value unless given.
 */
function quantized(
  values: Float32Array,
  shape: readonly number[],
  floor?: number,
): { readonly list: PixelMap[]; readonly low: number; readonly high: number } {
  const finite = values.filter(Number.isFinite);
  const low = floor ?? finite.reduce((least, value) => Math.min(least, value), finite[0] ?? 0);
  const high = finite.reduce((most, value) => Math.max(most, value), low);
  const scale = high > low ? 255 / (high - low) : 0;
  // What is not finite becomes 0.
  const bytes = Uint8Array.from(values, (value) => Math.min(255, Math.round((value - low) * scale)));
  const [channels, height, width] = shape.length === 4 ? shape.slice(1) : [1, 1, values.length];
  const plane = height * width;
  return {
    list: Array.from({ length: channels }, (_, channel) =>
      pixelMap(bytes.subarray(channel * plane, (channel + 1) * plane), height, width),
    ),
    low,
    high,
  };
}
