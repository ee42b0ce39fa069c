// Exports of every kernel of this folder.
export * from './with-indices';
export * from './max-planes';
export { max_grad_window_last, max_grad_plane_last, avg_grad_last, lp_grad_last } from './images';
export * from './planes';
