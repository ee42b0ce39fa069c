import { createInterface } from 'node:readline';
import { nodeSurroundings } from '../versions.js';
import { type Adapters, Answering, replyWith } from './answering.js';
import { memoryAfter } from './memory.js';
import { type Ask, answerMark } from './protocol.js';

/** The adapters, each loaded only in the process that measures it. PyTorch's worker is a script of its own. */
const adapters: Adapters = {
  cenote: () => import('../adapters/cenote.js'),
  plain: () => import('../adapters/plain.js'),
  'tfjs-cpu': () => import('../adapters/tfjs-cpu.js'),
  'tfjs-wasm': () => import('../adapters/tfjs-wasm.js'),
  'ort-web': () => import('../adapters/ort-web.js'),
  'ort-node': () => import('../adapters/ort-node.js'),
  'jax-js': () => import('../adapters/jax-js.js'),
};

async function serve(): Promise<void> {
  const answering = new Answering(adapters, nodeSurroundings);
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await replyWith(() => {
      const ask = JSON.parse(line) as Ask;
      if (ask.ask !== 'memory') return answering.answer(ask);
      return memoryAfter(answering.find(ask.key).run, ask.calls, ask.budget);
    });
    process.stdout.write(`${answerMark}${JSON.stringify(reply)}\n`);
  }
  // Thread pools of peers would keep the process alive.
  process.exit(0);
}

await serve();
