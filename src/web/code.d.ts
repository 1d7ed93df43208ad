/** A program, bundled for a browser, as text: the build replaces such imports (`scripts/worker-code.ts`). */
declare module '*?code' {
  const code: string;
  export default code;
}
