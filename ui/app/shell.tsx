import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from '../parts/icon.tsx';
import { link, navigate, type Route } from './router.ts';
import { isTyping, ShortcutHelp } from './shortcuts.tsx';
import { ThemeButton } from './theme.tsx';
import { Toasts } from './toasts.tsx';

interface Place {
  readonly page: string;
  readonly title: string;
  readonly icon: IconName;
  /** After G. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { page: 'runs', title: 'Runs', icon: 'runs', key: 'r' },
  { page: 'draw', title: 'Draw', icon: 'draw', key: 'd' },
  { page: 'translate', title: 'Translate', icon: 'translate', key: 't' },
  { page: 'compare', title: 'Compare', icon: 'compare', key: 'c' },
  { page: 'new', title: 'New run', icon: 'add', key: 'n' },
  { page: 'lab', title: 'Lab', icon: 'lab', key: 'l' },
];

/** The frame of every page: navigation, theme, shortcuts, messages. */
export function Shell({ route, children }: { readonly route: Route; readonly children: ComponentChildren }) {
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useGoKeys(() => setHelp(true));
  useEffect(() => {
    document.title = `${places.find(({ page }) => page === route.page)?.title ?? 'Run'} · pix2pix studio`;
    scrollTo(0, 0);
  }, [route.page, route.id]);
  const current = route.page === 'run' ? 'runs' : route.page;
  return (
    <>
      <button type="button" class="button skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="topbar">
        <div class="topbar-inner">
          <a class="brand" href={link('runs')}>
            <img src="./icon.svg" alt="" />
            pix2pix studio
          </a>
          <nav class="nav" aria-label="Pages">
            {places.map(({ page, title, icon }) => (
              <a key={page} href={link(page)} aria-current={page === current ? 'page' : undefined}>
                <Icon name={icon} />
                {title}
              </a>
            ))}
          </nav>
          <ThemeButton />
          <button
            type="button"
            class="button icon quiet"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={() => setHelp(true)}
          >
            <Icon name="help" />
          </button>
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        {children}
      </main>
      <Toasts />
      <ShortcutHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}

/** G and a letter go to a page, ? opens the help. */
function useGoKeys(openHelp: () => void): void {
  useEffect(() => {
    let pressedG = 0;
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '?') openHelp();
      const place = places.find(({ key }) => key === event.key.toLowerCase());
      const followsG = event.timeStamp - pressedG < 1200;
      if (place && followsG) {
        event.stopImmediatePropagation();
        navigate(link(place.page));
      }
      pressedG = event.key.toLowerCase() === 'g' ? event.timeStamp : 0;
    };
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, []);
}
