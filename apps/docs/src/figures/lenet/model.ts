import { digitPicture, emptyPicture, type Picture, shifted } from './digit-picture.js';
import { type Inspection, LenetNetwork, type SeenPart, type StageName } from './network.js';
import { samplePicture } from './samples.js';
import type { PenPoint, Stroke } from './strokes.js';
import { type Variant, variants } from './variants.js';
import { readWeights } from './weights-file.js';

/** Where the weights of a network come from. */
export type WeightsOrigin =
  /** None yet: they are on their way. */
  | { readonly kind: 'none' }
  /** Those that the page comes with. */
  | { readonly kind: 'shipped' }
  /** Trained in this page, with the share of test digits that they read. */
  | { readonly kind: 'trained'; readonly accuracy: number }
  | { readonly kind: 'file'; readonly name: string };

/** One cell of one map of a stage. */
export interface Cell {
  readonly variant: Variant;
  readonly stage: StageName;
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** How far a picture can be nudged, in pixels: then half of a digit has left it. */
const farthest = 14;

/** What the figure knows: the drawing, the two networks and what they make of it. It knows no page. */
export class LenetModel implements Disposable {
  readonly #networks = new Map<Variant, LenetNetwork>();
  readonly #origins = new Map<Variant, WeightsOrigin>();
  #strokes: readonly Stroke[] = [];
  #sample: { readonly digit: number; readonly turn: number; readonly picture: Picture } | null = null;
  #shift = { right: 0, down: 0 };
  #fit = true;
  #picture: Picture | null = null;
  #inspections = new Map<Variant, Inspection>();
  /** The cell that is pointed at. */
  pointed: Cell | null = null;

  constructor() {
    for (const variant of variants) this.#networks.set(variant, new LenetNetwork(variant));
  }

  /** What was drawn by hand. */
  get strokes(): readonly Stroke[] {
    return this.#strokes;
  }

  /** The sample digit that stands on the paper, if one does. */
  get sample(): { readonly digit: number; readonly picture: Picture } | null {
    return this.#sample;
  }

  /** How far the picture is moved, in pixels. */
  get shift(): { readonly right: number; readonly down: number } {
    return this.#shift;
  }

  /** Whether drawings are brought to the size and the place of the training digits. */
  get fit(): boolean {
    return this.#fit;
  }

  set fit(fit: boolean) {
    this.#fit = fit;
    this.#changed();
  }

  /** Puts the pen down; a sample leaves the paper, and the drawing is where the pen is. */
  penDown(point: PenPoint): void {
    if (this.#sample !== null || this.#strokes.length === 0) this.#shift = { right: 0, down: 0 };
    this.#sample = null;
    this.#strokes = [...this.#strokes, [point]];
    this.#changed();
  }

  /** Moves the pen, which is down. */
  penMove(points: readonly PenPoint[]): void {
    const last = this.#strokes.at(-1);
    if (last === undefined) return;
    this.#strokes = [...this.#strokes.slice(0, -1), [...last, ...points]];
    this.#changed();
  }

  /** Takes back the last stroke. */
  undo(): void {
    this.#strokes = this.#strokes.slice(0, -1);
    this.#changed();
  }

  /** Clean paper. */
  clear(): void {
    this.#strokes = [];
    this.#sample = null;
    this.#shift = { right: 0, down: 0 };
    this.#changed();
  }

  /** Puts a digit that the library wrote on the paper; asked again, another one. */
  takeSample(digit: number): void {
    const turn = this.#sample?.digit === digit ? this.#sample.turn + 1 : 0;
    this.clear();
    this.#sample = { digit, turn, picture: samplePicture(digit, turn) };
  }

  /** Moves the picture by whole pixels. */
  nudge(right: number, down: number): void {
    const limited = (value: number) => Math.max(-farthest, Math.min(farthest, value));
    this.#shift = { right: limited(this.#shift.right + right), down: limited(this.#shift.down + down) };
    this.#changed();
  }

  /** What the networks see. */
  get picture(): Picture {
    this.#picture ??= shifted(this.#unmoved(), this.#shift.right, this.#shift.down);
    return this.#picture;
  }

  /** What a network makes of the picture; `null` until it has weights. */
  inspection(variant: Variant): Inspection | null {
    if (this.origin(variant).kind === 'none') return null;
    const known = this.#inspections.get(variant) ?? this.#network(variant).inspect(this.picture);
    this.#inspections.set(variant, known);
    return known;
  }

  /** Channels, height and width of what a stage gives, which are the same for both networks. */
  shapeOf(stage: StageName): readonly [channels: number, height: number, width: number] {
    return this.#network('modern').shapeOf(stage);
  }

  /** What part of the picture a cell sees. */
  seenBy({ variant, stage, row, column }: Cell): SeenPart {
    return this.#network(variant).seenBy(stage, row, column);
  }

  /** The value of a cell; `null` until its network has weights. */
  valueOf({ variant, stage, channel, row, column }: Cell): number | null {
    const output = this.inspection(variant)?.stages.find(({ name }) => name === stage);
    return output?.values[(channel * output.height + row) * output.width + column] ?? null;
  }

  /** Where the weights of a network come from. */
  origin(variant: Variant): WeightsOrigin {
    return this.#origins.get(variant) ?? { kind: 'none' };
  }

  /**
   * Takes over weights from a safetensors file.
   *
   * @param fallback Which network they are of when the file does not say.
   * @returns Which network has them now.
   * @throws CenoteError when the file is none, or its weights do not fit; then everything is as it was.
   */
  async load(
    source: Parameters<typeof readWeights>[0],
    fallback: Variant,
    origin: Exclude<WeightsOrigin, { readonly kind: 'none' }>,
  ): Promise<Variant> {
    using weights = await readWeights(source);
    const variant = weights.variant ?? fallback;
    this.#network(variant).load(weights.state);
    this.#origins.set(variant, origin);
    this.#inspections.delete(variant);
    return variant;
  }

  /** Frees the networks. */
  [Symbol.dispose](): void {
    for (const network of this.#networks.values()) network[Symbol.dispose]();
  }

  #unmoved(): Picture {
    if (this.#sample !== null) return this.#sample.picture;
    return this.#strokes.length === 0 ? emptyPicture() : digitPicture(this.#strokes, this.#fit);
  }

  #network(variant: Variant): LenetNetwork {
    const network = this.#networks.get(variant);
    if (network === undefined) throw new Error(`no network ${variant}`);
    return network;
  }

  #changed(): void {
    this.#picture = null;
    this.#inspections.clear();
  }
}
