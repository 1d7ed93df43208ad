import { render } from 'preact';
import { useRoute } from './app/router.ts';
import { Shell } from './app/shell.tsx';
import { applySavedTheme } from './app/theme.tsx';
import { ComparePage } from './compare/page.tsx';
import { DrawPage } from './draw/page.tsx';
import { LabPage } from './lab/page.tsx';
import { NewRunPage } from './new-run/page.tsx';
import { RunPage } from './runs/run-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';
import { TranslatePage } from './translate/page.tsx';

function Studio() {
  const route = useRoute();
  const page = () => {
    if (route.page === 'run' && route.id) return <RunPage key={route.id} id={route.id} />;
    if (route.page === 'draw') return <DrawPage route={route} />;
    if (route.page === 'translate') return <TranslatePage route={route} />;
    if (route.page === 'compare') return <ComparePage route={route} />;
    if (route.page === 'lab') return <LabPage route={route} />;
    if (route.page === 'new') return <NewRunPage />;
    return <RunsPage />;
  };
  return <Shell route={route}>{page()}</Shell>;
}

applySavedTheme();
render(<Studio />, document.getElementById('app')!);
