import { useEffect, useRef, useState } from 'preact/hooks';
import type { Size } from '../../src/core/sizes.ts';
import { showError } from '../app/toasts.tsx';
import type { ImageModel } from '../inference/model.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { encodePng, saveFile } from '../parts/pixels.ts';
import { useFrames } from './use-frames.ts';

interface Props {
  readonly source: 'camera' | 'video';
  readonly model: ImageModel | null;
  readonly size: Size;
}

/** Translates a camera or a video, as fast as possible. */
export function Live({ source, model, size }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [running, setRunning] = useState(false);
  const { frame, rate } = useFrames(video, running ? model : null, size);
  useEffect(() => () => stopVideo(video.current), []);
  const run = async (open: (element: HTMLVideoElement) => Promise<void>, refusal: string) => {
    const element = video.current!;
    stopVideo(element);
    try {
      await open(element);
      // The visitor may have left the page while the browser asked for permission.
      if (!element.isConnected) return stopVideo(element);
      await element.play();
      setRunning(true);
    } catch (error) {
      showError(`${refusal}: ${(error as Error).message}`);
    }
  };
  const startCamera = () => run(openCamera, 'Cannot use the camera');
  const playFile = ([file]: readonly File[]) =>
    run(async element => {
      element.src = URL.createObjectURL(file!);
    }, `Cannot play "${file?.name}"`);
  return (
    <div class="stack">
      {source === 'video' && (
        <DropZone accept="video/*" label="Drop a video here; it stays in this browser" onFiles={playFile} />
      )}
      <div class="row">
        {source === 'camera' && !running && (
          <button type="button" class="button primary" disabled={!model} onClick={startCamera}>
            <Icon name="camera" />
            Start the camera
          </button>
        )}
        {running && (
          <button
            type="button"
            class="button"
            onClick={() => {
              stopVideo(video.current);
              setRunning(false);
            }}
          >
            <Icon name="stop" />
            Stop
          </button>
        )}
        {frame && (
          <button
            type="button"
            class="button"
            onClick={async () => saveFile(await encodePng(frame.after), 'frame.png')}
          >
            <Icon name="download" />
            Save this image
          </button>
        )}
        {running && (
          <span class="muted" data-testid="frames-per-second">
            {rate === null ? '…' : `${rate.toFixed(1)} frames per second`}
          </span>
        )}
      </div>
      {source === 'camera' && <p class="small muted">The camera’s images stay in this browser.</p>}
      <video ref={video} class="visually-hidden" muted playsInline loop tabIndex={-1} aria-hidden="true" />
      {frame && (
        <div class="live">
          <figure>
            <Picture image={frame.before} label="Input of the model" />
            <figcaption class="small muted">input</figcaption>
          </figure>
          <figure>
            <Picture image={frame.after} label="Translation" />
            <figcaption class="small muted">translated</figcaption>
          </figure>
        </div>
      )}
    </div>
  );
}

async function openCamera(element: HTMLVideoElement): Promise<void> {
  element.srcObject = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480, facingMode: 'environment' },
    audio: false,
  });
}

function stopVideo(element: HTMLVideoElement | null): void {
  const stream = element?.srcObject as MediaStream | null;
  for (const track of stream?.getTracks() ?? []) track.stop();
  element?.pause();
  if (element?.src) URL.revokeObjectURL(element.src);
}
