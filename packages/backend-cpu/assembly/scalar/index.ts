// The module without vector instructions: every op for every dtype.
//
// Kernels compute in two domains: f64 for f32 and f64, i64 for the integers and bool. All of these are exact in their
// domain, and storing rounds or wraps around. A kernel loads rows of whatever dtype and stride into scratch, 8 bytes an
// element, computes there, and stores. So a function exists once or twice, and not once for every dtype and layout.
export * from './conv';
export * from './elementwise';
export * from './move';
export * from './pool';
export * from './pool-grad';
export * from './reduce';
export * from './scatter';
