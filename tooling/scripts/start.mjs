// `npm start`: install when needed, build what is stale, and hand over to the example app. It needs nothing but Node and
// npm.
import './lib/require-node.mjs';
import { launch } from './lib/launch.mjs';

await launch({ packageName: '@cenote/app-lenet', folder: 'lenet', script: 'start' });
