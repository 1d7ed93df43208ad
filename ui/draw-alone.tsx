import { render } from 'preact';
import { useMemo } from 'preact/hooks';
import { applySavedTheme, ThemeButton } from './app/theme.tsx';
import { Toasts } from './app/toasts.tsx';
import { useLoaded } from './client/use-loaded.ts';
import { drawingKind } from './draw/drawing-kind.ts';
import { DrawingView } from './draw/drawing-view.tsx';
import type { ModelSource } from './inference/model.ts';
import { useModel } from './inference/use-model.ts';
import { type ExportedModel, readExportedModel } from './parts/chosen-model.ts';
import { Failure, Loading, ModelFailure } from './parts/states.tsx';

// The Draw page by itself, with a model beside it, as `export --format web` writes it.

function Alone() {
  const { value, error } = useLoaded(() => readExportedModel('model.json'), []);
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
  const { model, error, reopen } = useModel(beside);
  const kind = useMemo(() => drawingKind(exported.palette), [exported]);
  return (
    <>
      {error && <ModelFailure text={error} onReopen={reopen} />}
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
