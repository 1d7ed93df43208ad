import DefaultTheme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import demo from '../../images/demo.webp';
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
  Layout: () => h(DefaultTheme.Layout, null, { 'home-hero-image': picture }),
};
