// For pages without modules, such as the p5 editor's: everything is in `pix2pix`.
export { Pix2PixImage } from './element.ts';
export * from './index.ts';
