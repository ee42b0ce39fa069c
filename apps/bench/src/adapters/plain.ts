import { concatenated } from '../workloads/expected.js';
import { gemmInputs, lenetInputs, poolGradient, poolInput } from '../workloads/inputs.js';
import { plainGemm } from '../workloads/plain-gemm.js';
import { plainLenet, plainLenetStep } from '../workloads/plain-lenet.js';
import { plainPool, plainPoolGradient } from '../workloads/plain-pool.js';
import type { Workload } from '../workloads/workload.js';
import type { Open, Prepared } from './adapter.js';

/** Loops over arrays, as anyone would write them first. */
export const open: Open = async ({ surroundings }) => ({ version: surroundings.engine, threads: 1, prepare });

function prepare(workload: Workload): Prepared {
  const compute = computation(workload);
  return {
    run: () => {
      compute();
    },
    output: compute,
  };
}

function computation(workload: Workload): () => Float32Array {
  switch (workload.kind) {
    case 'pool': {
      const x = poolInput(workload);
      if (workload.pass === 'forward') {
        const pool = plainPool(workload);
        return () => pool(x);
      }
      const dy = poolGradient(workload);
      const gradient = plainPoolGradient(workload);
      return () => gradient(x, dy);
    }
    case 'gemm': {
      const { left, right } = gemmInputs(workload);
      return () => plainGemm(left, right, workload.rows, workload.inner, workload.columns);
    }
    case 'lenet': {
      const inputs = lenetInputs(workload);
      if (workload.pass === 'inference') return () => plainLenet(inputs);
      let { parameters } = inputs;
      return () => {
        parameters = plainLenetStep({ ...inputs, parameters });
        return concatenated(parameters);
      };
    }
  }
}
