// `npm run bench`: install when needed, build what is stale, and hand over to the benchmarks.
import './lib/require-node.mjs';
import { launch } from './lib/launch.mjs';

await launch({ packageName: '@cenote/app-bench', folder: 'bench', script: 'bench' });
