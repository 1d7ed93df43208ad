import type { SavedLab } from './protocol.ts';

/** A run with everything needed to resume it. */
export type StoredLab = SavedLab & { readonly archive: Uint8Array };

const STORE = 'runs';
const KEY = 'lab';
/** Schema version of stored runs; older ones are dropped. */
const VERSION = 3;

/** The run stored by an earlier visit, if any. */
export async function loadLab(): Promise<StoredLab | null> {
  return ((await within('readonly', store => store.get(KEY))) as StoredLab | undefined) ?? null;
}

/** Replaces the stored run, completely or not at all. */
export async function saveLab(lab: StoredLab): Promise<void> {
  await within('readwrite', store => store.put(lab, KEY));
}

/**
 * Whether this worker may replace the stored run: only those of the first tab that asks may, until it is closed. On plain
 * http, where browsers have no locks, all tabs may.
 */
export function claimStorage(): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock && new Promise(() => {}); // released when the worker ends
    };
    navigator.locks.request('pix2pix-lab', { ifAvailable: true }, hold).catch(reject);
  });
}

async function within(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open('pix2pix-lab', VERSION);
  opening.onupgradeneeded = () => {
    const { objectStoreNames } = opening.result;
    if (objectStoreNames.contains(STORE)) opening.result.deleteObjectStore(STORE);
    opening.result.createObjectStore(STORE);
  };
  const database = await done(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const [result] = await Promise.all([done(use(transaction.objectStore(STORE))), end(transaction)]);
    return result;
  } finally {
    database.close();
  }
}

/** Browsers leave the message empty where the storage is full. */
function refusal(error: DOMException | null): Error {
  return error?.message ? error : new Error('its storage is full or forbidden');
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(refusal(request.error));
  });
}

/** Resolves once all is on disk: a full one may only be noticed after the request has succeeded. */
function end(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(refusal(transaction.error));
  });
}
