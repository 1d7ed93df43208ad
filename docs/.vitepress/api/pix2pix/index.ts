/** For Node: training, translating, networks. @module */
export * from '../../../../src/index.ts';
