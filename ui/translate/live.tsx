import { useState } from 'preact/hooks';
import type { Size } from '../../src/core/sizes.ts';
import { showError } from '../app/toasts.tsx';
import type { OpenedModel } from '../inference/model.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { Icon } from '../parts/icon.tsx';
import { Picture } from '../parts/picture.tsx';
import { encodePng, saveFile } from '../parts/pixels.ts';
import { type Frame, useFrames } from './use-frames.ts';
import { usePlayer } from './use-player.ts';

interface Props {
  readonly source: 'camera' | 'video';
  readonly model: OpenedModel | null;
  readonly size: Size;
}

/** Translates a camera or a video, as fast as possible. */
export function Live({ source, model, size }: Props) {
  const { video, state, play, stop } = usePlayer();
  const [file, setFile] = useState<File | null>(null);
  const { frame, rate } = useFrames(video, state === 'playing' ? model : null, size, error => {
    stop();
    showError(error);
  });
  const playFile = (chosen: File) => {
    setFile(chosen);
    play(async () => URL.createObjectURL(chosen)).catch(refuse(`Cannot play "${chosen.name}"`));
  };
  const start = () => {
    if (file) playFile(file);
    else play(openCamera).catch(refuse('Cannot use the camera'));
  };
  return (
    <div class="stack">
      {source === 'video' && (
        <DropZone accept="video/*" label="Drop a video here" onFiles={([first]) => playFile(first!)} />
      )}
      <div class="row">
        {(source === 'camera' || file) && (
          <PlayButton
            title={source === 'camera' ? 'Start the camera' : 'Play again'}
            state={state}
            disabled={state === 'stopped' && !model}
            onStart={start}
            onStop={stop}
          />
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
        {state === 'playing' && (
          <span class="muted" data-testid="frames-per-second">
            {rate === null ? '…' : `${rate.toFixed(1)} frames per second`}
          </span>
        )}
      </div>
      {model && (
        <p class="small muted">
          The {source}’s images{' '}
          {model.isLocal ? 'stay in this browser.' : 'are sent to the studio’s computer to be translated.'}
        </p>
      )}
      <video ref={video} class="visually-hidden" muted playsInline loop tabIndex={-1} aria-hidden="true" />
      {frame && <FrameView frame={frame} />}
    </div>
  );
}

interface PlayButtonProps {
  /** For starting. */
  readonly title: string;
  readonly state: 'stopped' | 'starting' | 'playing';
  readonly disabled: boolean;
  readonly onStart: () => void;
  readonly onStop: () => void;
}

/** One button for both, so that it keeps the focus. */
function PlayButton({ title, state, disabled, onStart, onStop }: PlayButtonProps) {
  const playing = state === 'playing';
  return (
    <button
      type="button"
      class={playing ? 'button' : 'button primary'}
      disabled={disabled}
      aria-disabled={state === 'starting'}
      onClick={() => {
        if (playing) onStop();
        else if (state === 'stopped') onStart();
      }}
    >
      <Icon name={playing ? 'stop' : 'play'} />
      {playing ? 'Stop' : title}
    </button>
  );
}

function FrameView({ frame }: { readonly frame: Frame }) {
  return (
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
  );
}

async function openCamera(): Promise<MediaStream> {
  if (!isSecureContext) throw new Error('browsers allow it on https and on localhost only');
  return navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480, facingMode: 'environment' },
    audio: false,
  });
}

function refuse(what: string) {
  return (error: Error) => showError(`${what}: ${error.message}`);
}
