/** For web pages: the element `<pix2pix-image>`. @module */
export * from '../../../../../src/web/element.ts';
