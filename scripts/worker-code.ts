import { build, type Rolldown } from 'vite';

/** For Vite and tsdown: imports of `FILE?code` give the program of that file, bundled for a browser, as text. */
export const workerCode = {
  name: 'worker-code',
  async load(id: string): Promise<string | undefined> {
    if (!id.endsWith('?code')) return undefined;
    const entry = id.slice(0, -'?code'.length);
    const [bundle] = (await build({
      configFile: false,
      logLevel: 'warn',
      build: { write: false, target: 'es2022', minify: true, lib: { entry, formats: ['es'] } },
    })) as Rolldown.RolldownOutput[];
    return `export default ${JSON.stringify(bundle!.output[0].code)};`;
  },
};
