/** For a browser's worker: training there. May still change. @module */
export * from '../../../../src/browser/index.ts';
