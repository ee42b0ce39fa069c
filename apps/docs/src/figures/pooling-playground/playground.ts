import { urlState } from '../../url-state.js';
import { type AddressKey, readScene, writeScene } from './address.js';
import { type Outcome, pool } from './model.js';
import { type PresetName, presets } from './presets.js';
import { type Input, type Pair, plain, resize, type Scene, type Settings, withValue } from './settings.js';

/** Milliseconds for which the window rests at each place. */
const pace = 800;

/** What the pointer does on the input. */
export type PointerMode = 'slide' | 'draw';

/** The state of the figure, and everything that a reader can do to it. It knows no elements. */
export class Playground {
  #scene: Scene;
  #outcome: Outcome;
  #preset: PresetName = 'chapter';
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #changed: () => void;
  readonly #url = urlState<AddressKey>('', writeScene(presets.chapter));

  /** What the pointer does on the input. */
  pointer: PointerMode = 'slide';
  /** What it draws with. */
  brush = 9;
  /** Whether rows and columns have settings of their own. */
  separate: boolean;

  /** @param changed called after every change */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#scene = readScene(this.#url.read(), presets.chapter);
    this.#outcome = pool(this.#scene.input, this.#scene.settings);
    this.#scene = this.#inside(this.#scene);
    const { window, stride, padding, dilation } = this.#scene.settings;
    this.separate = [window, stride ?? window, padding, dilation].some(([rows, columns]) => rows !== columns);
  }

  get scene(): Scene {
    return this.#scene;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  get isPlaying(): boolean {
    return this.#timer !== null;
  }

  /** The number of windows; 0 when the library refuses. */
  get windows(): number {
    const [rows, columns] = this.#outputSize();
    return rows * columns;
  }

  /** The number of the present window, from 0, row by row. */
  get window(): number {
    return this.#scene.at[0] * this.#outputSize()[1] + this.#scene.at[1];
  }

  /** The preset that a reset goes back to. */
  get preset(): PresetName {
    return this.#preset;
  }

  /** Something that is no part of the scene, such as what the pointer does. */
  set(change: Partial<Pick<Playground, 'pointer' | 'brush' | 'separate'>>): void {
    Object.assign(this, change);
    if (change.separate === false) {
      const { window, stride, padding, dilation } = this.#scene.settings;
      const square = ([rows]: Pair): Pair => [rows, rows];
      this.change({
        window: square(window),
        stride: stride === null ? null : square(stride),
        padding: square(padding),
        dilation: square(dilation),
      });
    }
    this.#changed();
  }

  change(settings: Partial<Settings>): void {
    this.#apply({ ...this.#scene, settings: { ...this.#scene.settings, ...settings } });
  }

  resize(size: Partial<Omit<Input, 'values'>>): void {
    this.#apply({ ...this.#scene, input: resize(this.#scene.input, { ...this.#scene.input, ...size }) });
  }

  write(row: number, column: number, value: number): void {
    const { input, channel } = this.#scene;
    this.#apply({ ...this.#scene, input: withValue(input, channel, row, column, value) });
  }

  show(channel: number): void {
    this.#apply({ ...this.#scene, channel });
  }

  /** Shows the window of an output. */
  moveTo(at: Pair): void {
    this.#apply({ ...this.#scene, at });
  }

  /** Goes on by some windows, from the last one to the first. */
  step(by: number): void {
    const all = this.windows;
    if (all === 0) return;
    const next = (this.window + by + all) % all;
    const columns = this.#outputSize()[1];
    this.moveTo([Math.floor(next / columns), next % columns]);
  }

  play(on: boolean): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.step(1), pace) : null;
    this.#changed();
  }

  /** Starts from an example. */
  load(preset: PresetName): void {
    this.#preset = preset;
    this.separate = false;
    this.pointer = 'slide';
    this.play(false);
    this.#apply({ ...presets[preset], settings: { ...plain, ...presets[preset].settings } });
  }

  dispose(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #apply(scene: Scene): void {
    const { input, settings } = this.#scene;
    this.#scene = scene;
    if (scene.input !== input || scene.settings !== settings) this.#outcome = pool(scene.input, scene.settings);
    this.#scene = this.#inside(scene);
    this.#url.write(writeScene(this.#scene));
    this.#changed();
  }

  /** The scene with its place and channel among those that there are. */
  #inside(scene: Scene): Scene {
    const [rows, columns] = this.#outputSize();
    const within = (value: number, size: number) => Math.max(0, Math.min(value, size - 1));
    // While the library refuses there are no places: the reader's is kept for when it does not.
    const at: Pair = rows === 0 ? scene.at : [within(scene.at[0], rows), within(scene.at[1], columns)];
    return { ...scene, at, channel: within(scene.channel, scene.input.channels) };
  }

  #outputSize(): Pair {
    if (this.#outcome.kind === 'refused') return [0, 0];
    const [, height, width] = this.#outcome.pooled.geometry.axes;
    return [height.output, width.output];
  }
}
