import DefaultTheme from 'vitepress/theme-without-fonts';
import { type App, h } from 'vue';
import demo from '../../images/demo.webp';
import { LiveGan } from './live-gan.ts';
import './style.css';

const picture = () =>
  h('img', {
    class: 'hero-picture',
    src: demo,
    width: 440,
    height: 500,
    alt: 'Flat drawings, the 3D images that a model makes of them, and the originals',
  });

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }: { app: App }) => app.component('LiveGan', LiveGan),
  Layout: () => h(DefaultTheme.Layout, null, { 'home-hero-image': picture }),
};
