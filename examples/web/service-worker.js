// Keeps what the page needs, so that it works without a network after the first visit. Change the name to make visitors load new files.
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

self.addEventListener('fetch', event => {
  event.respondWith(caches.match(event.request).then(kept => kept ?? fetch(event.request)));
});
