import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** A camera's stream, or a file's blob URL. */
type Footage = MediaStream | string;

/** Plays one thing at a time in a `video` element, until another is played or the element's view is left. */
export function usePlayer() {
  const video = useRef<HTMLVideoElement>(null);
  const playing = useRef<Footage | null>(null);
  const turn = useRef(0);
  const [state, setState] = useState<'stopped' | 'starting' | 'playing'>('stopped');
  const end = () => {
    turn.current++;
    if (playing.current !== null) release(playing.current);
    playing.current = null;
  };
  useLayoutEffect(() => end, []);
  const stop = () => {
    end();
    video.current!.pause();
    setState('stopped');
  };
  /** Rejects if it can't be opened or played, unless it was stopped meanwhile. */
  const play = async (open: () => Promise<Footage>) => {
    end();
    const mine = turn.current;
    const isWanted = () => mine === turn.current;
    setState('starting');
    try {
      const footage = await open();
      if (!isWanted()) return release(footage);
      playing.current = footage;
      show(video.current!, footage);
      await video.current!.play();
      if (isWanted()) setState('playing');
    } catch (error) {
      if (!isWanted()) return;
      stop();
      throw error;
    }
  };
  return { video, state, play, stop };
}

function show(element: HTMLVideoElement, footage: Footage): void {
  if (typeof footage === 'string') element.src = footage;
  else element.srcObject = footage;
}

function release(footage: Footage): void {
  if (typeof footage === 'string') URL.revokeObjectURL(footage);
  else for (const track of footage.getTracks()) track.stop();
}
