import { control } from './control-block.js';

/**
 * The program of a worker, for Node (as CommonJS) and for browsers. It waits for one message with the compiled modules
 * and the memory, answers when it is ready, and from then on sleeps on the doorbell.
 */
export const workerSource = `
'use strict';
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const C = ${JSON.stringify(control)};
const firstUnit = (chunk, chunks, units) => Math.floor((chunk * units) / chunks);
port.onmessage = ({ data: { modules, memory, thread } }) => {
  const functions = modules.flatMap((module) => Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports));
  const words = new Int32Array(memory.buffer, 0, 128);
  let epoch = Atomics.load(words, C.epoch);
  port.postMessage('ready');
  for (;;) {
    Atomics.wait(words, C.epoch, epoch);
    epoch = Atomics.load(words, C.epoch);
    if (Atomics.load(words, C.stop) !== 0) return;
    for (let left; (left = Atomics.sub(words, C.unclaimed, 1)) > 0; ) {
      try {
        const chunks = words[C.chunks];
        const units = words[C.units];
        functions[words[C.function]](
          words[C.block],
          firstUnit(left - 1, chunks, units),
          firstUnit(left, chunks, units),
          (words[C.scratch] >>> 0) + thread * (words[C.scratchBytes] >>> 0),
        );
      } catch {
        Atomics.store(words, C.failed, 1);
      }
      Atomics.add(words, C.completed, 1);
      Atomics.notify(words, C.completed);
    }
  }
};
`;
