import { onContentUpdated } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { type App, defineAsyncComponent, defineComponent, h } from 'vue';
import demo from '../../images/demo.webp';
import './figures/figures.css';
import './style.css';

const picture = () =>
  h('img', {
    class: 'hero-picture',
    src: demo,
    width: 440,
    height: 500,
    alt: 'Flat drawings, the 3D images that a model makes of them, and the originals',
  });

/** The live figures, by the name of their element. */
const figures = {
  DrawAndSee: () => import('./figures/draw-and-see.ts'),
  LiveUnet: () => import('./figures/unet.ts'),
  LivePatches: () => import('./figures/patches.ts'),
  LiveTraining: () => import('./figures/training.ts'),
  LiveEpochs: () => import('./figures/epochs.ts'),
  LiveDrawings: () => import('./figures/live-drawings.ts'),
  LiveFacades: () => import('./figures/live-facades.ts'),
  LiveColors: () => import('./figures/live-colors.ts'),
  LiveHoles: () => import('./figures/live-holes.ts'),
  LiveGan: () => import('./figures/live-gan.ts'),
};

const Layout = defineComponent(() => {
  // VitePress' home page lacks a landmark for its main part, unlike the other pages.
  onContentUpdated(() => document.querySelector('.VPHome')?.setAttribute('role', 'main'));
  return () => h(DefaultTheme.Layout, null, { 'home-hero-image': picture });
});

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }: { app: App }) => {
    for (const [name, load] of Object.entries(figures)) app.component(name, defineAsyncComponent(load));
  },
  Layout,
};
