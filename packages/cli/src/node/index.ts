export { main, type Streams } from './main.js';
