import manifest from '../../package.json' with { type: 'json' };

/** This package's version, saved with each run. */
export const packageVersion: string = manifest.version;
