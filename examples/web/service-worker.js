// Keeps what the page needs, so that it works without a network after the first visit. Raise the number in NAME to make
// visitors load new files.
const NAME = 'emoji-1';
const FILES = [
  'offline.html',
  'pix2pix-web.js',
  'model.json',
  'model.onnx',
  'check/condition.png',
  'check/generated.png',
  ...['wasm', 'jspi'].map(kind => `ort/ort.${kind}.min.mjs`),
  ...['', '.jspi'].flatMap(kind => ['mjs', 'wasm'].map(type => `ort/ort-wasm-simd-threaded${kind}.${type}`)),
];

self.addEventListener('install', event => {
  event.waitUntil(caches.open(NAME).then(cache => cache.addAll(FILES)));
});

self.addEventListener('activate', event => {
  event.waitUntil(deleteOlder());
});

self.addEventListener('fetch', event => {
  const kept = caches.match(event.request, { cacheName: NAME });
  event.respondWith(kept.then(response => response ?? fetch(event.request)));
});

async function deleteOlder() {
  const names = await caches.keys();
  const older = names.filter(name => name.startsWith('emoji-') && name !== NAME);
  await Promise.all(older.map(name => caches.delete(name)));
}
