// The part of the WebGPU API that the backend uses, by its shape: a `GPUDevice` of a browser, of Deno or of the Node package
// `webgpu` fits, and nobody needs the types of any of them. https://www.w3.org/TR/webgpu/

/** A `GPUBuffer`. */
export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset?: number, size?: number): Promise<unknown>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): unknown;
  destroy(): unknown;
}

/** A `GPUBindGroupLayout`. */
export interface GpuBindGroupLayout {
  readonly label: string;
}

/** A `GPUBindGroup`. */
export interface GpuBindGroup {
  readonly label: string;
}

/** A `GPUPipelineLayout`. */
export interface GpuPipelineLayout {
  readonly label: string;
}

/** A `GPUShaderModule`. */
export interface GpuShaderModule {
  readonly label: string;
}

/** A `GPUComputePipeline`. */
export interface GpuComputePipeline {
  readonly label: string;
  getBindGroupLayout(index: number): GpuBindGroupLayout;
}

/** A `GPUTextureView`. */
export interface GpuTextureView {
  readonly label: string;
}

/** A `GPUTexture`. */
export interface GpuTexture {
  createView(): GpuTextureView;
  destroy(): unknown;
}

/** A `GPUQuerySet`. */
export interface GpuQuerySet {
  destroy(): unknown;
}

/** A `GPUComputePassEncoder`. */
export interface GpuComputePass {
  setPipeline(pipeline: GpuComputePipeline): unknown;
  setBindGroup(index: number, group: GpuBindGroup | null | undefined, dynamicOffsets?: Iterable<number>): unknown;
  dispatchWorkgroups(x: number, y?: number, z?: number): unknown;
  end(): unknown;
}

/** A `GPUCommandBuffer`. */
export interface GpuCommandBuffer {
  readonly label: string;
}

/** A `GPUCommandEncoder`. */
export interface GpuCommandEncoder {
  beginComputePass(descriptor?: object): GpuComputePass;
  copyBufferToBuffer(
    source: GpuBuffer,
    sourceOffset: number,
    target: GpuBuffer,
    targetOffset: number,
    size: number,
  ): unknown;
  resolveQuerySet(querySet: GpuQuerySet, first: number, count: number, target: GpuBuffer, offset: number): unknown;
  finish(): GpuCommandBuffer;
}

/** A `GPUQueue`. */
export interface GpuQueue {
  writeBuffer(
    buffer: GpuBuffer,
    bufferOffset: number,
    data: ArrayBuffer | ArrayBufferView<ArrayBuffer>,
    dataOffset?: number,
    size?: number,
  ): unknown;
  copyExternalImageToTexture(source: object, target: object, size: Iterable<number>): unknown;
  submit(commands: Iterable<GpuCommandBuffer>): unknown;
  onSubmittedWorkDone(): Promise<unknown>;
}

/** A `GPUError`. */
export interface GpuError {
  readonly message: string;
}

/** A `GPUDevice`. */
export interface GpuDevice {
  readonly queue: GpuQueue;
  readonly features: { has(feature: string): boolean };
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxComputeWorkgroupsPerDimension: number;
    readonly maxStorageBuffersPerShaderStage: number;
    readonly minUniformBufferOffsetAlignment: number;
  };
  /** Not everywhere yet. */
  readonly adapterInfo?: { readonly vendor: string; readonly architecture: string };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  createBuffer(descriptor: { label?: string; size: number; usage: number; mappedAtCreation?: boolean }): GpuBuffer;
  createShaderModule(descriptor: { label?: string; code: string }): GpuShaderModule;
  // Descriptors with parts of several kinds are given as objects: the real types brand each kind.
  createBindGroupLayout(descriptor: object): GpuBindGroupLayout;
  createPipelineLayout(descriptor: object): GpuPipelineLayout;
  createComputePipeline(descriptor: object): GpuComputePipeline;
  createBindGroup(descriptor: object): GpuBindGroup;
  createTexture(descriptor: object): GpuTexture;
  createCommandEncoder(descriptor?: { label?: string }): GpuCommandEncoder;
  createQuerySet(descriptor: { type: 'timestamp'; count: number }): GpuQuerySet;
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): unknown;
  popErrorScope(): Promise<GpuError | null>;
  destroy(): unknown;
}

/** A `GPUAdapter`. */
export interface GpuAdapter {
  readonly features: { has(feature: string): boolean };
  readonly limits: GpuDevice['limits'];
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly description: string };
  /** With `requiredFeatures` and `requiredLimits`. */
  requestDevice(descriptor?: object): Promise<GpuDevice>;
}

/** `navigator.gpu`. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'low-power' | 'high-performance' }): Promise<GpuAdapter | null>;
}

/** `GPUBufferUsage`, whose numbers are fixed by the specification. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  queryResolve: 512,
} as const;
/** `GPUTextureUsage`. */
export const textureUsage = { copyTarget: 2, texture: 4, storage: 8, renderTarget: 16 } as const;
/** `GPUMapMode.READ`. */
export const mapModeRead = 1;
/** `GPUShaderStage.COMPUTE`. */
export const visibleToCompute = 4;
