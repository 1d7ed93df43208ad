/** For web pages: running exported models. @module */
export * from '../../../../../src/web/index.ts';
