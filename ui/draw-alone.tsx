import { render } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Palette } from '../src/server/api.ts';
import { applySavedTheme, ThemeButton } from './app/theme.tsx';
import { Toasts } from './app/toasts.tsx';
import { request } from './client/api.ts';
import { useLoaded } from './client/use-loaded.ts';
import { drawingKind } from './draw/drawing-kind.ts';
import { DrawingView, type Start } from './draw/drawing-view.tsx';
import type { ModelSource } from './inference/model.ts';
import { useModel } from './inference/use-model.ts';
import { Failure, Loading } from './parts/states.tsx';

// The Draw page by itself, with a model beside it, as `export --format web` writes it.

/** What `model.json` says for drawing. */
interface ExportedModel {
  readonly name: string;
  /** Height and width that the model was trained at. */
  readonly size: readonly [number, number];
  readonly palette: Palette;
  readonly starts: readonly Start[];
}

function Alone() {
  const { value, error } = useLoaded(
    async () => (await (await request('model.json')).json()) as ExportedModel,
    [],
  );
  return (
    <>
      <header class="topbar">
        <div class="topbar-inner">
          <h1 class="brand">
            <img src="./icon.svg" alt="" />
            {value?.name ?? 'Draw'}
          </h1>
          <span class="grow" />
          <ThemeButton />
        </div>
      </header>
      <main>
        {error && <Failure text={error} />}
        {value ? <Studio exported={value} /> : !error && <Loading />}
      </main>
      <Toasts />
    </>
  );
}

const beside: ModelSource = { url: 'model.json', translateUrl: null };

function Studio({ exported }: { readonly exported: ExportedModel }) {
  const { model, error } = useModel(beside);
  const kind = useMemo(() => drawingKind(exported.palette), [exported]);
  return (
    <>
      {error && <Failure text={`Cannot open the model: ${error}`} />}
      <DrawingView
        model={model}
        size={exported.size}
        kind={kind}
        name={exported.name}
        starts={exported.starts}
        convert={null}
      />
    </>
  );
}

applySavedTheme();
render(<Alone />, document.getElementById('app')!);
