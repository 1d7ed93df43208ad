import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { browserHint } from '../reference/browser.ts';
import { emojiSite } from '../reference/emoji-site.ts';
import { serveFolders } from '../reference/static-site.ts';
import { hasLibrary } from '../reference/web-library.ts';

const run = promisify(execFile);

/** Programs that draw on a canvas and show its translation on another. */
const projects = {
  'React with Vite': {
    packages: ['react@19', 'react-dom@19', '@vitejs/plugin-react@6'],
    plugin: '@vitejs/plugin-react',
    files: {
      'src/main.jsx': `
        import { useEffect, useRef } from 'react';
        import { createRoot } from 'react-dom/client';
        import { load } from 'pix2pix-web';

        function App() {
          const drawing = useRef(null);
          const result = useRef(null);
          useEffect(() => {
            drawing.current.getContext('2d').fillRect(30, 30, 60, 60);
            const control = new AbortController();
            const loading = load('emoji/model.json', { signal: control.signal });
            loading.then(model => model.translate(drawing.current, { into: result.current })).catch(() => {});
            return () => {
              control.abort();
              loading.then(model => model.dispose(), () => {});
            };
          }, []);
          return (
            <>
              <canvas ref={drawing} width={128} height={128} />
              <canvas ref={result} id="result" width={128} height={128} />
            </>
          );
        }
        createRoot(document.getElementById('app')).render(<App />);`,
    },
    entry: 'src/main.jsx',
  },
  'Vue with Vite': {
    packages: ['vue@3', '@vitejs/plugin-vue@6'],
    plugin: '@vitejs/plugin-vue',
    files: {
      'src/App.vue': `
        <script setup>
        import { onMounted, onUnmounted, useTemplateRef } from 'vue';
        import { load } from 'pix2pix-web';
        const drawing = useTemplateRef('drawing');
        const result = useTemplateRef('result');
        let model;
        onMounted(async () => {
          drawing.value.getContext('2d').fillRect(30, 30, 60, 60);
          model = await load('emoji/model.json');
          await model.translate(drawing.value, { into: result.value });
        });
        onUnmounted(() => model?.dispose());
        </script>
        <template>
          <canvas ref="drawing" width="128" height="128" />
          <canvas ref="result" id="result" width="128" height="128" />
        </template>`,
      'src/main.js': `
        import { createApp } from 'vue';
        import App from './App.vue';
        createApp(App).mount('#app');`,
    },
    entry: 'src/main.js',
  },
} as const;

describe.skipIf(!hasLibrary)(`pix2pix-web in frameworks (needs "npm run build"; ${browserHint})`, () => {
  const emoji = emojiSite();

  it.each(Object.entries(projects))(
    '%s',
    async (_name, project) => {
      const folder = await mkdtemp(join(tmpdir(), 'framework-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const files = {
        ...project.files,
        'package.json': JSON.stringify({ private: true, type: 'module' }),
        'index.html': `<!doctype html><div id="app"></div><script type="module" src="/${project.entry}"></script>`,
        'vite.config.js': `import plugin from '${project.plugin}';\nexport default { base: './', plugins: [plugin()] };`,
      };
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      const packages = [...project.packages, 'vite@8', resolve('dist-web')];
      await run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
      await mkdir(join(folder, 'public'));
      await cp(emoji.folder, join(folder, 'public/emoji'), { recursive: true });
      await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], { cwd: folder });
      const site = await serveFolders({ '/': join(folder, 'dist') });
      onTestFinished(() => site.close());
      const page = await emoji.newPage();
      const faults: string[] = [];
      page.on('pageerror', error => faults.push(error.message));
      await page.goto(site.url);
      await page.waitForFunction(
        `document.querySelector('#result')?.getContext('2d').getImageData(64, 64, 1, 1).data[3] === 255`,
      );
      expect(faults).toEqual([]);
      await page.close();
    },
    600_000,
  );
});
