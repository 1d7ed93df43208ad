import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PairView, Patches, RunDetail } from '../../src/server/api.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { formatCount, formatNumber } from '../parts/format.ts';
import { imageFromUrl } from '../parts/pixels.ts';
import { type Scores, scoresOf } from '../parts/scores.ts';
import { Failure, Loading } from '../parts/states.tsx';

/** The discriminator's rating of each patch, over the target and over the generated image. */
export function PatchMap({ detail }: { readonly detail: RunDetail }) {
  const pairs = useLoaded(() => api.anyPairs(detail.id), [detail.id]);
  const [index, setIndex] = useState(0);
  const [step, setStep] = useState<number | null>(null);
  const [strength, setStrength] = useState(0.55);
  const { value, error } = usePair(detail, pairs.value?.split ?? null, index, step);
  // The picture that is still there is of what was chosen before.
  const view = error ? null : value;
  const scores = useLoaded(async () => view && scoresOfPair(view), [view]).value;
  const names = pairs.value?.names ?? [];
  return (
    <section class="panel" aria-labelledby="patches-title">
      <div class="panel-head">
        <h2 id="patches-title">Discriminator output</h2>
        {scores && (
          <span class="small muted">
            L1 {formatNumber(scores.l1)} · PSNR {formatNumber(scores.psnr)} dB · SSIM{' '}
            {formatNumber(scores.ssim)}
          </span>
        )}
      </div>
      <div class="row patch-controls">
        <label class="field">
          <span>Image</span>
          <select value={index} onChange={event => setIndex(Number(event.currentTarget.value))}>
            {names.map((name, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Checkpoint</span>
          <select
            value={step ?? ''}
            onChange={event => {
              const { value } = event.currentTarget;
              setStep(value === '' ? null : Number(value));
            }}
          >
            <option value="">newest</option>
            {detail.checkpoints.map(checkpoint => (
              <option key={checkpoint.step} value={checkpoint.step}>
                step {formatCount(checkpoint.step)}
              </option>
            ))}
          </select>
        </label>
        <label class="field grow">
          <span>Overlay</span>
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={strength}
            onInput={event => setStrength(Number(event.currentTarget.value))}
          />
        </label>
      </div>
      {(error ?? pairs.error) && <Failure text={(error ?? pairs.error)!} />}
      {!view && !error && !pairs.error && <Loading />}
      {view && <PatchPictures view={view} strength={strength} />}
    </section>
  );
}

async function scoresOfPair({ generated, target }: PairView): Promise<Scores> {
  return scoresOf(await imageFromUrl(generated), await imageFromUrl(target));
}

/** The pair, translated by checkpoint `step`; null: by the newest, which the server chooses, since the one known here may be gone. */
function usePair(
  detail: RunDetail,
  split: 'train' | 'val' | 'test' | null,
  index: number,
  step: number | null,
) {
  const version = step ?? detail.checkpoint;
  return useLoaded(
    async signal =>
      split === null || version === null ? null : api.pair(detail.id, split, index, step, signal),
    [detail.id, split, index, version],
  );
}

function PatchPictures({ view, strength }: { readonly view: PairView; readonly strength: number }) {
  const patches = view.patches[0];
  return (
    <>
      <div class="patch-pictures">
        <figure>
          <img class="pixels" src={view.condition} alt={`Condition of ${view.name}`} />
          <figcaption class="small muted">condition</figcaption>
        </figure>
        <PatchPicture
          title="generated"
          picture={view.generated}
          patches={patches}
          values={patches?.generated}
          strength={strength}
        />
        <PatchPicture
          title="target"
          picture={view.target}
          patches={patches}
          values={patches?.target}
          strength={strength}
        />
      </div>
      {patches ? (
        <div class="patch-scale small muted">
          generated <span class="patch-gradient" aria-hidden="true" /> real
        </div>
      ) : (
        <p class="small muted">This run has no discriminator.</p>
      )}
    </>
  );
}

interface PatchPictureProps {
  readonly title: string;
  readonly picture: string;
  readonly patches: Patches | undefined;
  readonly values: readonly number[] | undefined;
  readonly strength: number;
}

function PatchPicture({ title, picture, patches, values, strength }: PatchPictureProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const mean = values && values.reduce((sum, value) => sum + value, 0) / values.length;
  useEffect(() => setHovered(null), [values]);
  return (
    <figure>
      <div class="patch-picture">
        <img class="pixels" src={picture} alt={title} />
        {patches && values && (
          <HeatMap patches={patches} values={values} strength={strength} onHover={setHovered} />
        )}
      </div>
      <figcaption class="small muted">
        {title}
        {mean !== undefined && (
          <>
            {' '}
            · {hovered === null ? 'mean' : 'this patch'}{' '}
            <strong>{Math.round((hovered === null ? mean : values![hovered]!) * 100)} %</strong> real
          </>
        )}
      </figcaption>
    </figure>
  );
}

interface HeatMapProps {
  readonly patches: Patches;
  readonly values: readonly number[];
  readonly strength: number;
  readonly onHover: (patch: number | null) => void;
}

function HeatMap({ patches: { width, height }, values, strength, onHover }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new ImageData(width, height);
    values.forEach((value, i) => {
      pixels.data.set([...patchColor(value), 255], i * 4);
    });
    canvas.current!.getContext('2d')!.putImageData(pixels, 0, 0);
  }, [values, width, height]);
  return (
    <canvas
      ref={canvas}
      class="heat"
      width={width}
      height={height}
      style={{ opacity: strength }}
      role="img"
      aria-label="Discriminator output by patch"
      onPointerMove={event => {
        const box = event.currentTarget.getBoundingClientRect();
        const x = Math.floor(((event.clientX - box.left) / box.width) * width);
        const y = Math.floor(((event.clientY - box.top) / box.height) * height);
        onHover(x >= 0 && y >= 0 && x < width && y < height ? y * width + x : null);
      }}
      onPointerLeave={() => onHover(null)}
    />
  );
}

type Color = readonly [number, number, number];

/** From "generated" to "real"; safe for red–green colour blindness. The style sheet has the same stops. */
const stops: readonly Color[] = [
  [230, 85, 13],
  [247, 247, 247],
  [33, 89, 190],
];

/** The colour of a rating from 0 to 1. */
function patchColor(value: number): Color {
  const place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const share = place - below;
  const mix = (c: 0 | 1 | 2) =>
    Math.round(stops[below]![c] + (stops[below + 1]![c] - stops[below]![c]) * share);
  return [mix(0), mix(1), mix(2)];
}
