import { Pix2PixError } from './errors.ts';
import { nextFrame } from './frames.ts';
import { type LoadOptions, load } from './load.ts';
import type { Model } from './model.ts';
import type { Source } from './sources.ts';

/** What `for` may name. */
type Origin = HTMLCanvasElement | HTMLImageElement | HTMLVideoElement | HTMLInputElement;

const style = `
  :host { display: inline-block; max-width: 100%; }
  canvas { display: block; max-width: 100%; height: auto; }
  canvas[hidden], button[hidden], output:empty { display: none; }
  output, button { font: inherit; }
`;

// Importing this file must not fail if there are no elements, as in Node.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * `<pix2pix-image src="model.json" for="drawing">`: an image, canvas, video or file input translated.
 *
 * Attributes: `src`, the model; `for`, the id of what is translated; `live`, to follow a video or a canvas; `device`,
 * `runtime` as in {@link LoadOptions}; `alt`, what the result shows.
 * Events: `progress` with a `Progress` as its detail, `ready`, `translate`, and `error` with the error as its detail.
 */
export class Pix2PixImage extends Base {
  static readonly observedAttributes = ['src', 'for', 'live', 'device', 'runtime', 'alt'];

  /** The loaded model; null until the event `ready`. */
  model: Model | null = null;

  readonly #canvas: HTMLCanvasElement;
  readonly #status: HTMLOutputElement;
  readonly #button: HTMLButtonElement;
  /** Ends the model that is loading or loaded. */
  #loading: AbortController | null = null;
  /** Ends following the source. */
  #following: AbortController | null = null;
  #paused = false;
  #planned = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.innerHTML = `<style>${style}</style><canvas role="img" hidden></canvas><button type="button" hidden></button><output></output>`;
    [this.#canvas, this.#button, this.#status] = ['canvas', 'button', 'output'].map(
      name => root.querySelector(name)!,
    ) as [HTMLCanvasElement, HTMLButtonElement, HTMLOutputElement];
    this.#button.addEventListener('click', () => {
      this.#paused = !this.#paused;
      this.#follow();
    });
  }

  connectedCallback(): void {
    this.#load();
  }

  disconnectedCallback(): void {
    this.#end();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === 'alt') this.#describe();
    else if (name === 'for' || name === 'live') this.#follow();
    else this.#load();
  }

  /** Translates what `for` names, or another source, and shows it. Errors become the event `error`. */
  async show(source?: Source): Promise<void> {
    const picture = source ?? pictureOf(this.#origin);
    if (!this.model || !picture) return;
    try {
      const made = await this.model.pixels(picture, { latest: true });
      if (made) this.#display(made);
    } catch (error) {
      this.#fail(error);
    }
  }

  get #origin(): Origin | null {
    const id = this.getAttribute('for');
    const root = this.getRootNode() as Document | ShadowRoot;
    return id === null ? null : (root.getElementById(id) as Origin | null);
  }

  /** Once for all attributes that change together. */
  #load(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      void this.#open();
    });
  }

  /** Ends the model, and following the source with it. */
  #end(): void {
    this.#following?.abort();
    this.#loading?.abort();
  }

  async #open(): Promise<void> {
    this.#end();
    const src = this.getAttribute('src');
    if (src === null || !this.isConnected) return;
    const loading = new AbortController();
    this.#loading = loading;
    this.#say('Loading the model…');
    try {
      const model = await load(src, { ...this.#options(), signal: loading.signal });
      const end = () => {
        if (this.model === model) this.model = null;
        void model.dispose();
      };
      loading.signal.addEventListener('abort', end);
      this.model = model;
      this.#say('');
      this.#send('ready');
      this.#follow();
    } catch (error) {
      if (!loading.signal.aborted) this.#fail(error);
    }
  }

  #options(): LoadOptions {
    const [device, runtime] = ['device', 'runtime'].map(name => this.getAttribute(name));
    return {
      ...(device && { device: device as NonNullable<LoadOptions['device']> }),
      ...(runtime && { runtime }),
      onProgress: progress => {
        const { stage, loaded, total } = progress;
        if (stage === 'model' && total > 0)
          this.#say(`Loading the model: ${Math.floor((100 * loaded) / total)} %`);
        this.#send('progress', progress);
      },
    };
  }

  /** Translates the source now, and again when it changes. */
  #follow(): void {
    this.#following?.abort();
    const following = new AbortController();
    this.#following = following;
    const { signal } = following;
    const origin = this.#origin;
    const live = this.hasAttribute('live') && !(origin instanceof HTMLInputElement);
    this.#button.hidden = !live;
    // The picture moves, so people must be able to stop it.
    this.#button.textContent = this.#paused ? 'Play' : 'Pause';
    this.#describe();
    if (!this.model || !origin) return;
    if (live && !this.#paused) {
      void this.#run(origin as HTMLVideoElement | HTMLCanvasElement, signal);
      return;
    }
    for (const event of ['load', 'change', 'loadeddata'])
      origin.addEventListener(event, () => void this.show(), { signal });
    if (hasPicture(origin)) void this.show();
  }

  async #run(origin: HTMLVideoElement | HTMLCanvasElement, signal: AbortSignal): Promise<void> {
    try {
      while (await nextFrame(origin, signal)) {
        const made = await this.model!.pixels(origin, { signal });
        if (!signal.aborted) this.#display(made);
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #display(made: ImageData): void {
    this.#canvas.width = made.width;
    this.#canvas.height = made.height;
    this.#canvas.getContext('2d')!.putImageData(made, 0, 0);
    this.#canvas.hidden = false;
    this.#say('');
    this.#send('translate', { width: made.width, height: made.height });
  }

  #describe(): void {
    this.#canvas.setAttribute('aria-label', this.getAttribute('alt') ?? 'Translated image');
  }

  #fail(error: unknown): void {
    if (error instanceof Pix2PixError && error.code === 'disposed') return;
    this.#say((error as Error).message);
    this.#send('error', error);
  }

  /** Screen readers read this out, since it is an `output`. */
  #say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #send(type: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function pictureOf(origin: Origin | null): Source | null {
  return origin instanceof HTMLInputElement ? (origin.files?.[0] ?? null) : origin;
}

function hasPicture(origin: Origin): boolean {
  if (origin instanceof HTMLVideoElement) return origin.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  if (origin instanceof HTMLImageElement) return origin.complete;
  return pictureOf(origin) !== null;
}

globalThis.customElements?.define('pix2pix-image', Pix2PixImage);
