import manifest from '../../package.json' with { type: 'json' };

/** This package's version, as saved runs carry it. */
export const packageVersion: string = manifest.version;
