// Exports of every kernel of this folder.
export * from './with-indices';
export * from './max-planes';
export { grad_images } from './images';
export { avg_grad_planes } from './planes';
