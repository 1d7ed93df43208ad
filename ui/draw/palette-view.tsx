import { hexOf } from '../../src/core/hex-color.ts';
import type { Color } from './raster.ts';
import { css, fromHex, type Swatch } from './swatches.ts';

interface Props {
  readonly swatches: readonly Swatch[];
  readonly chosen: Color;
  readonly onChoose: (color: Color) => void;
  /** What people see instead of a colour. */
  readonly show: (color: Color) => Color;
  /** Whether any other colour may be chosen as well. */
  readonly free: boolean;
}

/** The colours to draw with: labels by name, pens without. */
export function PaletteView({ swatches, chosen, onChoose, show, free }: Props) {
  return (
    <fieldset class="palette">
      <legend>{free ? 'Colours' : 'Labels'}</legend>
      <div class={free ? 'swatches pens' : 'swatches'}>
        {swatches.map(({ color, name }, i) => (
          <button
            key={name}
            type="button"
            class="swatch"
            aria-pressed={same(color, chosen)}
            title={i < 9 ? `${name} (${i + 1})` : name}
            onClick={() => onChoose(color)}
          >
            <span class="swatch-color" style={{ background: css(show(color)) }} />
            <span class={free ? 'visually-hidden' : undefined}>{name}</span>
          </button>
        ))}
        {free && (
          <label class="swatch any-color" title="Any other colour">
            <input
              type="color"
              value={hexOf(chosen)}
              onInput={event => onChoose(fromHex(event.currentTarget.value))}
            />
            any other
          </label>
        )}
      </div>
    </fieldset>
  );
}

function same(a: Color, b: Color): boolean {
  return a.every((value, i) => value === b[i]);
}
