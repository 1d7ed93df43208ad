import { createRequire } from 'node:module';

// The same two steps up from src/train and from dist/train.
const manifest = createRequire(import.meta.url)('../../package.json') as { version: string };

/** This package's version, as saved runs carry it. */
export const packageVersion = manifest.version;
