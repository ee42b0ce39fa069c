// The module without vector instructions: every op for every dtype.
export * from './fill';
