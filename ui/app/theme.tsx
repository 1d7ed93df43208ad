import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';

type Theme = 'auto' | 'light' | 'dark';

const key = 'theme';
const next: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
const names: Record<Theme, string> = { auto: 'system', light: 'light', dark: 'dark' };

/** Storage may be blocked; then a choice lasts until the page is left. */
function saved(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

function save(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {}
}

/** Sets the theme chosen earlier, before anything is drawn. */
export function applySavedTheme(): void {
  apply(saved());
}

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function ThemeButton() {
  const [theme, setTheme] = useState(saved);
  useEffect(() => {
    save(theme);
    apply(theme);
    dispatchEvent(new Event('themechange'));
  }, [theme]);
  return (
    <button
      type="button"
      class="button icon quiet"
      aria-label={`Theme: ${names[theme]}`}
      title={`Theme: ${names[theme]}`}
      onClick={() => setTheme(next[theme])}
    >
      <Icon name={theme === 'auto' ? 'contrast' : theme === 'light' ? 'sun' : 'moon'} />
    </button>
  );
}

/** Counts changes of the theme, by the button or the system, so that canvases can be redrawn. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges(count => count + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', changed);
    addEventListener('themechange', changed);
    return () => {
      system.removeEventListener('change', changed);
      removeEventListener('themechange', changed);
    };
  }, []);
  return changes;
}
