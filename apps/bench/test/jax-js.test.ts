import { checkAdapter } from './check-adapter.js';

checkAdapter('jax-js', () => import('../src/adapters/jax-js.js'));
