import type { Device, Tensor } from 'cenote';
import * as cenote from 'cenote';
import { concatenated } from '../workloads/expected.js';
import {
  gemmInputs,
  lenetInputs,
  lenetLearningRate,
  poolGradient,
  poolInput,
  toChannelsLast,
} from '../workloads/inputs.js';
import {
  type GemmWorkload,
  type Layout,
  type LenetWorkload,
  type PoolWorkload,
  pooledShape,
  type Workload,
} from '../workloads/workload.js';
import type { Open, OpenOptions, Prepared } from './adapter.js';

/** What newer versions of Cenote export beside what the compiler sees here. */
interface MaybeExported {
  readonly useThreads?: (threads: number) => Promise<unknown>;
  readonly webgpu?: () => Promise<Device>;
}

/** Cenote by its front door, as a program would use it. */
export const open: Open = async (options) => {
  const device = await openDevice(options);
  return {
    version: `${options.surroundings.version('cenote')} (${device.name})`,
    threads: options.threads,
    prepare: (workload, layout) => prepare(workload, layout, device),
  };
};

async function openDevice({ threads, device }: OpenOptions): Promise<Device> {
  const { useThreads, webgpu } = cenote as object as MaybeExported;
  if (device === 'webgpu') {
    if (webgpu === undefined) throw new Error('this version of cenote exports no webgpu()');
    return webgpu();
  }
  if (threads > 1) {
    if (useThreads === undefined) throw new Error('this version of cenote exports no useThreads()');
    await useThreads(threads);
  }
  return cenote.getDefaultDevice();
}

/**
 * One call of a function that gives a tensor: results are given back, and devices that work on their own are waited for.
 */
function whole(device: Device, call: () => Tensor): Prepared['run'] {
  if (device.backend.caps.sync) return () => call().dispose();
  return () => {
    call().dispose();
    return device.sync();
  };
}

function prepare(workload: Workload, layout: Layout, device: Device): Prepared {
  switch (workload.kind) {
    case 'pool':
      return workload.pass === 'forward' ? pooling(workload, layout, device) : gradient(workload, layout, device);
    case 'gemm':
      return product(workload, device);
    case 'lenet':
      return lenet(workload, device);
  }
}

function pooling(workload: PoolWorkload, layout: Layout, device: Device): Prepared {
  const x = arranged(poolInput(workload), workload.input, layout, device);
  const call = pool(workload, layout, x);
  return { ...measured(device, call), dispose: () => x.dispose() };
}

function gradient(workload: PoolWorkload, layout: Layout, device: Device): Prepared {
  const x = arranged(poolInput(workload), workload.input, layout, device);
  x.requiresGrad = true;
  const y = pool(workload, layout, x)();
  const dy = arranged(poolGradient(workload), pooledShape(workload), layout, device);
  const call = () => cenote.grad(y, [x], { gradOutputs: [dy], retainGraph: true })[0];
  return {
    ...measured(device, call),
    dispose: () => {
      for (const tensor of [y, dy, x]) tensor.dispose();
    },
  };
}

function product(workload: GemmWorkload, device: Device): Prepared {
  const { rows, inner, columns } = workload;
  const { left, right } = gemmInputs(workload);
  const a: Tensor = cenote.fromData(left, [rows, inner], { device });
  const b: Tensor = cenote.fromData(right, [inner, columns], { device });
  return {
    ...measured(device, () => cenote.matmul(a, b)),
    dispose: () => {
      a.dispose();
      b.dispose();
    },
  };
}

function lenet(workload: LenetWorkload, device: Device): Prepared {
  const { images, labels, parameters } = lenetInputs(workload);
  const model = cenote.nn.lenet5({ variant: 'd2l', device });
  const names = Object.keys(model.stateDict());
  const state = Object.entries(model.stateDict()).map(([name, old], index): [string, Tensor] => [
    name,
    cenote.fromData(parameters[index], old.shape, { device }),
  ]);
  model.loadStateDict(Object.fromEntries(state));
  const x = cenote.fromData(images, [workload.batch, 1, 28, 28], { device });
  if (workload.pass === 'inference') {
    model.eval();
    return {
      ...measured(device, () => cenote.noGrad(() => model.forward(x))),
      dispose: () => model.dispose(),
    };
  }
  const target: Tensor = cenote.fromData(labels, [workload.batch], { device });
  const optimizer = cenote.nn.sgd(model, { lr: lenetLearningRate });
  const step = () => {
    optimizer.zeroGrad();
    cenote.scope(() => cenote.nn.crossEntropy(model.forward(x), target).backward());
    optimizer.step();
  };
  return {
    run: device.backend.caps.sync
      ? step
      : () => {
          step();
          return device.sync();
        },
    output: async () => {
      step();
      const after = model.stateDict();
      const parts = await Promise.all(names.map((name) => after[name].data('f32')));
      for (const tensor of Object.values(after)) tensor.dispose();
      return concatenated(parts);
    },
    dispose: () => {
      optimizer.dispose();
      model.dispose();
    },
  };
}

function measured(device: Device, call: () => Tensor): Pick<Prepared, 'run' | 'output'> {
  return {
    run: whole(device, call),
    output: async () => {
      using result = call();
      return result.data('f32');
    },
  };
}

/** A tensor in a layout, from data with the channels first. */
function arranged(data: Float32Array, shape: readonly number[], layout: Layout, device: Device): Tensor {
  if (layout === 'channelsFirst') return cenote.fromData(data, shape, { device });
  const [batch, channels, ...spatial] = shape;
  return cenote.fromData(toChannelsLast(data, shape), [batch, ...spatial, channels], { device });
}

/** The call that a workload asks for, by Cenote's name for it. */
function pool({ fn, window, input }: PoolWorkload, layout: Layout, x: Tensor): () => Tensor {
  const dataFormat = layout === 'channelsLast' ? 'channelsLast' : 'channelsFirst';
  const axis = input.length - 3;
  switch (window.kind) {
    case 'global': {
      const global = fn === 'max' ? cenote.globalMaxPool : cenote.globalAvgPool;
      return () => global(x, { dataFormat });
    }
    case 'adaptive': {
      const { output } = window;
      const { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } = cenote;
      const { adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d } = cenote;
      if (fn === 'max') {
        const adaptive = [adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d][axis];
        return () => adaptive(x, output, { dataFormat });
      }
      const adaptive = [adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d][axis];
      return () => adaptive(x, output, { dataFormat });
    }
    case 'sliding': {
      const { kernel, stride, padding } = window;
      const { maxPool1d, maxPool2d, maxPool3d, avgPool1d, avgPool2d, avgPool3d } = cenote;
      const options = { kernelSize: kernel, stride, padding, dataFormat } as const;
      if (fn === 'max') {
        const sliding = [maxPool1d, maxPool2d, maxPool3d][axis];
        return () => sliding(x, options);
      }
      const sliding = [avgPool1d, avgPool2d, avgPool3d][axis];
      // Made once: to spread options costs more than a small pooling.
      const average = { ...options, countIncludePad: false } as const;
      return () => sliding(x, average);
    }
  }
}
