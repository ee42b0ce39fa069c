import { fromData, getDefaultDevice, nn, tensor } from 'cenote';
import { expect, it } from 'vitest';
import { layerMaps } from '../src/layer-maps.js';
import { pixels } from '../src/report/pixels.js';

it('keeps what every layer makes of an image, and what pooling lets through', async () => {
  const before = getDefaultDevice().liveBuffers;
  {
    using image = tensor([
      [
        [
          [1, 2],
          [4, 3],
        ],
        [
          [-1, -2],
          [-4, -3],
        ],
      ],
    ]);
    using model = nn.sequential(nn.relu(), nn.maxPool2d(2), nn.flatten());
    const [relu, pool, flat] = await layerMaps(model, image);
    expect(relu).toMatchObject({ name: '0 relu', low: 0, high: 4, kept: null, keptShare: null });
    expect(relu.maps.map((map) => [...pixels(map)])).toEqual([
      [64, 128, 255, 191],
      [0, 0, 0, 0],
    ]);
    expect(pool).toMatchObject({ name: '1 maxPool2d', low: 0, high: 4, keptShare: 0.25 });
    expect(pool.maps.map(({ height, width }) => [height, width])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    // The largest of the first channel; the first of equal ones in the second.
    expect(pool.kept?.map((map) => [...pixels(map)])).toEqual([
      [0, 0, 255, 0],
      [255, 0, 0, 0],
    ]);
    expect(flat.maps).toHaveLength(1);
    expect([...pixels(flat.maps[0])]).toEqual([255, 0]);
  }
  expect(getDefaultDevice().liveBuffers).toBe(before);
});

it('has a picture of values that are not finite', async () => {
  using image = fromData(Float32Array.from([Number.NaN, Number.POSITIVE_INFINITY, 1, 3]), [1, 1, 2, 2]);
  using model = nn.sequential(nn.identity());
  const [only] = await layerMaps(model, image);
  expect(only).toMatchObject({ low: 1, high: 3 });
  expect([...pixels(only.maps[0])]).toEqual([0, 255, 0, 255]);
});
