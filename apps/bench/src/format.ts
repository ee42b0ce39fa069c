/** Three digits of a number: `0.123`, `1.23`, `12.3`, `123`, `1,230`. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return '–';
  if (size >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}

/** Nanoseconds in the unit that suits them: `812 ns`, `1.23 µs`, `4.56 ms`, `7.89 s`. */
export function duration(nanoseconds: number): string {
  const units = ['ns', 'µs', 'ms', 's'];
  let [value, unit] = [nanoseconds, 0];
  while (unit < units.length - 1 && value >= 999.5) {
    value /= 1000;
    unit++;
  }
  return `${digits(value)} ${units[unit]}`;
}

/** Bytes: `812 B`, `12.3 kB`, `4.56 MB`, in thousands. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let [value, unit] = [Math.abs(bytes), 0];
  while (unit < units.length - 1 && value >= 999.5) {
    value /= 1000;
    unit++;
  }
  const sign = bytes < 0 ? '−' : '';
  return `${sign}${unit === 0 ? String(Math.round(value)) : digits(value)} ${units[unit]}`;
}
