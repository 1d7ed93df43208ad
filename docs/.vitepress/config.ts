import { defineConfig } from 'vitepress';
import { workerCode } from '../../scripts/worker-code.ts';
import { focusableCode } from './code.ts';
import { home } from './home.ts';
import { siteLinks } from './links.ts';
import { copyOutsidePages, copyPublicFiles } from './outside.ts';
import { anchorOf } from './paths.ts';
import { sidebar } from './sidebar.ts';
import { plainEmptyHeaders } from './tables.ts';

await copyOutsidePages();
await copyPublicFiles();

const base = process.env.DOCS_BASE ?? '/';

// The site is made of the Markdown files that GitHub shows.
export default defineConfig({
  title: 'pix2pix',
  description: 'Train pix2pix on your own image pairs and translate new images: in TypeScript, on Node.',
  base,
  srcExclude: ['README.md'],
  // A page loads what it shows, not what its links lead to.
  router: { prefetchLinks: false },
  rewrites: { 'tutorial/README.md': 'tutorial/index.md' },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  transformPageData: page => (page.relativePath === 'index.md' ? { frontmatter: home } : undefined),
  markdown: {
    config: md => {
      siteLinks(md);
      plainEmptyHeaders(md);
      focusableCode(md);
    },
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  // Figures compute with the project's sources.
  vite: { plugins: [workerCode], worker: { format: 'es' }, server: { fs: { allow: ['..'] } } },
  themeConfig: {
    logo: '/icon.svg',
    nav: [
      { text: 'Guide', link: '/getting-started' },
      { text: 'Tutorial', link: '/tutorial/' },
      {
        text: 'Reference',
        items: [
          { text: 'Commands', link: '/commands' },
          { text: 'Settings', link: '/settings' },
          { text: 'API', link: '/api/' },
        ],
      },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
  },
});
