const grouped = new Intl.NumberFormat('en');

/** `61,706` */
export function count(value: number): string {
  return grouped.format(value);
}

/** `97.4%` */
export function percent(value: number, digits = 1): string {
  return `${(value * 100).toFixed(digits)}%`;
}

/** A loss: `0.0831`. */
export function loss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : 'not finite';
}

/** `0.4 s`, `48 s`, `2 min 05 s` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** `6 × 28 × 28` */
export function size(shape: readonly number[]): string {
  return shape.join(' × ');
}
