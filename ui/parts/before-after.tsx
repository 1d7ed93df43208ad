import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { Picture } from './picture.tsx';

interface Props {
  readonly before: Image;
  readonly after: Image;
  readonly name: string;
}

/** Two pictures of one size on top of each other, with a movable divider. */
export function BeforeAfter({ before, after, name }: Props) {
  const [share, setShare] = useState(50);
  return (
    <div class="before-after">
      <Picture image={after} label={`${name}, translated`} />
      <Divided share={share}>
        <Picture image={before} label={`${name}, original`} class="before" />
      </Divided>
      <span class="tag left" aria-hidden="true">
        before
      </span>
      <span class="tag right" aria-hidden="true">
        after
      </span>
      <input
        type="range"
        min={0}
        max={100}
        value={share}
        aria-label={`Share of the original of ${name}`}
        aria-valuetext={`${share} % before`}
        onInput={event => setShare(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Divided({ share, children }: { readonly share: number; readonly children: ComponentChildren }) {
  return (
    <>
      <div class="before" style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
        {children}
      </div>
      <div class="divider" style={{ left: `${share}%` }} />
    </>
  );
}
