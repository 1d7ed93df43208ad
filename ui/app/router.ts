import { useEffect, useState } from 'preact/hooks';

/** The current route: `#/run/demo~model?step=400` is page `run` of id `demo~model`. */
export interface Route {
  readonly page: string;
  readonly id: string | null;
  readonly query: URLSearchParams;
}

function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', id] = path.split('/');
  return { page: page || 'runs', id: id ? decoded(id) : null, query: new URLSearchParams(query) };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // such as "%"
  }
}

/** `link('draw', 'demo~model')` is `#/draw/demo~model`. */
export function link(page: string, id: string | null = null, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ''}${search && `?${search}`}`;
}

export function navigate(to: string): void {
  location.hash = to;
}

/** Goes to `to` without a way back to here; null: stays. */
export function useRedirect(to: string | null): void {
  useEffect(() => {
    if (to !== null) location.replace(to);
  }, [to]);
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return parseRoute(hash);
}
