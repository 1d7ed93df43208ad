import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import { isTyping } from '../app/shortcuts.tsx';
import { showError } from '../app/toasts.tsx';
import { request } from '../client/api.ts';
import { latestOnly } from '../inference/latest.ts';
import { codeOf, type ImageModel, type Translated } from '../inference/model.ts';
import type { Start } from '../parts/chosen-model.ts';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { encodePng, saveFile } from '../parts/pixels.ts';
import { type Converter, readPicture } from '../parts/read-picture.ts';
import { Board } from './board.tsx';
import { type DrawingKind, shownColor, shownDrawing } from './drawing-kind.ts';
import { PaletteView } from './palette-view.tsx';
import { blank } from './raster.ts';
import { sharePicture, sideBySide } from './share.ts';
import { Starts } from './starts.tsx';
import { type ToolName, tools } from './tools.ts';
import { useDrawing, useNewest } from './use-drawing.ts';

interface Props {
  readonly model: ImageModel | null;
  readonly size: Size;
  readonly kind: DrawingKind;
  /** For file names. */
  readonly name: string;
  /** Pictures to start from. */
  readonly starts: readonly Start[];
  readonly convert: Converter | null;
  /** A drawing to continue, instead of the first of the pictures. */
  readonly begun?: Image | null;
  /** Gets every drawing but the first. */
  readonly onDrawn?: (drawing: Image) => void;
}

/** The drawing on the left, its translation on the right. */
export function DrawingView({ model, size: [height, width], kind, name, starts, convert, ...kept }: Props) {
  const { begun = null, onDrawn } = kept;
  const { drawing, marking, draft, mark, cancel, replace, replaceLater, ...steps } = useDrawing(
    () => begun ?? blank(width, height, kind.background),
  );
  const shown = useMemo(() => shownDrawing(kind, drawing), [drawing]);
  const first = useRef(drawing);
  const [tool, setTool] = useState<ToolName>(kind.pen ? 'brush' : 'rectangle');
  const [color, setColor] = useState(kind.ink);
  const [diameter, setDiameter] = useState(Math.max(2, Math.round(width * kind.thickness)));
  const result = useResult(model, drawing);
  const settings = {
    tool,
    color,
    diameter,
    background: kind.background,
    pen: kind.pen,
    tolerance: kind.tolerance,
  };

  const read = (picture: Blob, title: string) =>
    readPicture(picture, title, { sizeFor: () => [height, width], smooth: kind.blends, convert });
  const download = async ({ url, name }: Start) => read(await (await request(url)).blob(), name);
  const begin = (picture: Promise<Image>) => replaceLater(picture).catch(showError);
  useEffect(() => {
    if (begun || !starts[0]) return;
    void begin(download(starts[0]).then(image => (first.current = image)));
  }, [starts[0]?.url]);
  useEffect(() => {
    if (drawing !== first.current) onDrawn?.(drawing);
  }, [drawing]);
  useDrawingKeys(key => {
    const chosen = tools.find(each => each.key === key);
    const swatch = kind.swatches[Number(key) - 1];
    if (chosen) setTool(chosen.name);
    else if (swatch) setColor(swatch.color);
    else if (key === '[') setDiameter(size => Math.max(1, Math.round(size / 1.3)));
    else if (key === ']') setDiameter(size => Math.min(width / 2, Math.round(size * 1.3 + 1)));
    else if (key === 'undo') steps.undo();
    else if (key === 'redo') steps.redo();
  });

  return (
    <div class="draw">
      <div class="draw-tools panel">
        <Toolbar
          tool={tool}
          hasPen={kind.pen}
          steps={steps}
          onChoose={setTool}
          onClear={() => replace(blank(width, height, kind.background))}
        />
        <label class="field thickness">
          <span>Thickness {diameter} px</span>
          <input
            type="range"
            min={1}
            max={Math.round(width / 2)}
            value={diameter}
            onInput={event => setDiameter(Number(event.currentTarget.value))}
          />
        </label>
        <PaletteView
          swatches={kind.swatches}
          chosen={color}
          onChoose={setColor}
          show={color => shownColor(kind, color)}
          free={kind.free}
        />
      </div>

      <figure class="draw-picture draw-board">
        <figcaption class="row spread">
          <h2>Drawing</h2>
          <span class="muted small">
            {width}×{height}
          </span>
        </figcaption>
        <Board
          drawing={drawing}
          shown={shown}
          marking={marking}
          settings={settings}
          onDraft={draft}
          onMark={mark}
          onCancel={cancel}
        />
      </figure>
      <Starts
        starts={starts}
        kind={kind}
        onStart={start => begin(download(start))}
        onFile={file => begin(read(file, file.name))}
      />

      <figure class="draw-picture draw-result">
        <figcaption class="row spread">
          <h2>Result</h2>
          <Timing model={model} result={result} />
        </figcaption>
        {result ? (
          <Picture image={result.image} label="Translation of the drawing" class="result" />
        ) : (
          <div class="pixels result-empty" style={{ aspectRatio: `${width} / ${height}` }}>
            {model ? 'Translating…' : 'Waiting for the model…'}
          </div>
        )}
      </figure>
      <Actions name={name} drawing={drawing} shown={shown} result={result} />
    </div>
  );
}

interface ToolbarProps {
  readonly tool: ToolName;
  /** Whether the brush is a pen. */
  readonly hasPen: boolean;
  readonly steps: Pick<ReturnType<typeof useDrawing>, 'canUndo' | 'canRedo' | 'undo' | 'redo'>;
  readonly onChoose: (tool: ToolName) => void;
  readonly onClear: () => void;
}

function Toolbar({ tool, hasPen, steps, onChoose, onClear }: ToolbarProps) {
  const isPen = (name: ToolName) => name === 'brush' && hasPen;
  return (
    <div class="tool-row" role="toolbar" aria-label="Tools">
      {tools.map(each => (
        <button
          key={each.name}
          type="button"
          class="button icon"
          aria-pressed={tool === each.name}
          aria-label={isPen(each.name) ? 'Pen' : each.title}
          title={`${isPen(each.name) ? 'Pen' : each.title} (${each.key.toUpperCase()})`}
          onClick={() => onChoose(each.name)}
        >
          <Icon name={isPen(each.name) ? 'draw' : each.icon} />
        </button>
      ))}
      <button
        type="button"
        class="button icon quiet"
        aria-label="Undo"
        title="Undo (Ctrl Z)"
        disabled={!steps.canUndo}
        onClick={steps.undo}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        class="button icon quiet"
        aria-label="Redo"
        title="Redo (Ctrl Shift Z)"
        disabled={!steps.canRedo}
        onClick={steps.redo}
      >
        <Icon name="redo" />
      </button>
      <button type="button" class="button icon quiet" aria-label="Clear" title="Clear" onClick={onClear}>
        <Icon name="trash" />
      </button>
    </div>
  );
}

interface ActionsProps {
  /** For file names. */
  readonly name: string;
  readonly drawing: Image;
  readonly shown: Image;
  readonly result: Translated | null;
}

/** Saving and sharing. */
function Actions({ name, drawing, shown, result }: ActionsProps) {
  return (
    <div class="row draw-actions">
      <button
        type="button"
        class="button primary"
        disabled={!result}
        onClick={async () => saveFile(await encodePng(result!.image), `${name}.png`)}
      >
        <Icon name="download" />
        Save
      </button>
      <button
        type="button"
        class="button"
        disabled={!result}
        onClick={() => sharePicture(sideBySide(shown, result!.image), `${name}-drawn.png`)}
      >
        <Icon name="share" />
        Share
      </button>
      <button
        type="button"
        class="button quiet"
        onClick={async () => saveFile(await encodePng(drawing), `${name}-drawing.png`)}
      >
        Save the drawing
      </button>
    </div>
  );
}

/** Translates the newest drawing whenever the model is free. */
function useResult(model: ImageModel | null, drawing: Image): Translated | null {
  const [result, setResult] = useState<Translated | null>(null);
  const current = useRef(model);
  current.current = model;
  const translate = useMemo(
    () =>
      model &&
      latestOnly(
        (image: Image) => model.translate(image),
        done => {
          if (model === current.current) setResult(done);
        },
        error => {
          if (model === current.current && !isKnown(error)) showError(error);
        },
      ),
    [model],
  );
  useEffect(() => translate?.(drawing), [translate, drawing]);
  return result;
}

/** Whether the model was closed, or the page says by itself that it can't be used. */
function isKnown(error: unknown): boolean {
  return ['disposed', 'device-lost'].includes(codeOf(error) ?? '');
}

function Timing({
  model,
  result,
}: {
  readonly model: ImageModel | null;
  readonly result: Translated | null;
}) {
  if (!model || !result) return null;
  return (
    <span class="muted small" data-testid="timing">
      {Number.isFinite(result.milliseconds) && (
        <strong class="milliseconds">{Math.round(result.milliseconds)} ms</strong>
      )}{' '}
      {model.backend}
    </span>
  );
}

function useDrawingKeys(act: (key: string) => void): void {
  const newest = useNewest(act);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (!event.ctrlKey && !event.metaKey) return newest(key);
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      newest(key === 'y' || event.shiftKey ? 'redo' : 'undo');
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
