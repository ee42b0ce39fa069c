import type { Generator } from '@cenote/tensor';
import type { PenPath } from './pen-path.js';

const NODES = 6;

/**
 * A smooth random displacement of the plane, as hands make it and as Simard, Steinkraus and Platt made it for MNIST
 * ("Best practices for convolutional neural networks", ICDAR 2003): random displacements at the nodes of a coarse grid,
 * smoothed by cubic B-splines in place of their Gaussian, because a spline needs no exponential.
 */
export class ElasticWarp {
  readonly #dx = new Float64Array(NODES * NODES);
  readonly #dy = new Float64Array(NODES * NODES);

  /** @param amplitude Largest displacement of a node, in units of the digit's height. */
  randomise(random: Generator, amplitude: number): void {
    for (let node = 0; node < NODES * NODES; node++) {
      this.#dx[node] = amplitude * (2 * random.uniform24() - 1);
      this.#dy[node] = amplitude * (2 * random.uniform24() - 1);
    }
  }

  /** Moves the points of a path, which lies about within 0 ≤ x ≤ 0.7 and 0 ≤ y ≤ 1. */
  apply(path: PenPath): void {
    for (let index = 0; index < path.x.length; index++) {
      // The inner 3 × 3 cells of the grid cover the digit.
      const column = clamp((path.x[index] / 0.7) * 3, 0, 2.999);
      const row = clamp(path.y[index] * 3, 0, 2.999);
      const left = Math.floor(column);
      const top = Math.floor(row);
      let dx = 0;
      let dy = 0;
      for (let j = 0; j < 4; j++) {
        const weightY = splineWeight(j, row - top);
        for (let i = 0; i < 4; i++) {
          const weight = weightY * splineWeight(i, column - left);
          const node = (top + j) * NODES + left + i;
          dx += weight * this.#dx[node];
          dy += weight * this.#dy[node];
        }
      }
      path.x[index] += dx;
      path.y[index] += dy;
    }
  }
}

/** The uniform cubic B-spline's weight of node `index` (0 to 3) at `t` in [0, 1] between nodes 1 and 2. */
function splineWeight(index: number, t: number): number {
  const u = 1 - t;
  if (index === 0) return (u * u * u) / 6;
  if (index === 1) return (3 * t * t * t - 6 * t * t + 4) / 6;
  if (index === 2) return (3 * u * u * u - 6 * u * u + 4) / 6;
  return (t * t * t) / 6;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** A linear map of the plane: `x' = xx·x + xy·y`, `y' = yx·x + yy·y`. */
export interface LinearMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

/**
 * Scaling, then shear along x, then rotation.
 *
 * @param slant How far a point one unit higher moves to the right.
 * @param halfTurn The tangent of half the angle of rotation: it gives sine and cosine by division alone.
 */
export function linearMap(width: number, height: number, slant: number, halfTurn: number): LinearMap {
  const scale = 1 + halfTurn * halfTurn;
  const cosine = (1 - halfTurn * halfTurn) / scale;
  const sine = (2 * halfTurn) / scale;
  const shear = -slant * height;
  return {
    xx: cosine * width,
    xy: cosine * shear - sine * height,
    yx: sine * width,
    yy: sine * shear + cosine * height,
  };
}
