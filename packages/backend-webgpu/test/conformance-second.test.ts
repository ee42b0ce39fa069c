import { testConformance } from './conformance-checks.js';

await testConformance(12);
