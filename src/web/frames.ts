/** Waits for the next frame that there is a picture in; false when `signal` is aborted. */
export async function nextFrame(
  source: HTMLVideoElement | HTMLCanvasElement,
  signal?: AbortSignal,
): Promise<boolean> {
  while (!signal?.aborted) {
    await new Promise<void>(resolve => {
      const done = () => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done);
      requestFrame(source, done);
    });
    if (!signal?.aborted && hasPicture(source)) return true;
  }
  return false;
}

/** A paused video has no new frames, so that nothing is computed. */
function requestFrame(source: HTMLVideoElement | HTMLCanvasElement, done: () => void): void {
  if ('requestVideoFrameCallback' in source) source.requestVideoFrameCallback(() => done());
  else requestAnimationFrame(() => done());
}

function hasPicture(source: HTMLVideoElement | HTMLCanvasElement): boolean {
  return source instanceof HTMLVideoElement
    ? source.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && source.videoWidth > 0
    : source.width > 0 && source.height > 0;
}
