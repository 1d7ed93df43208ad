import type { PresetList } from '../../src/server/api.ts';

interface Props {
  readonly presets: PresetList;
  readonly chosen: string;
  readonly onChoose: (preset: string) => void;
}

/** Words for the presets that there are; another one shows its settings alone. */
const words: Readonly<Record<string, string>> = {
  paper: 'Isola et al. 2017, as published: for a machine with time, or a GPU',
  article: '“Pix2Pix Unleashed”, layer by layer and update by update',
  demo: 'Small, in a few minutes',
  lite: 'A twentieth of the paper’s weights: for browsers and small machines',
  hd: 'Pix2PixHD’s generator with two discriminators, for large pictures',
};

export function PresetPicker({ presets, chosen, onChoose }: Props) {
  return (
    <fieldset class="choices" aria-label="Preset">
      {Object.entries(presets.presets).map(([name, { size, epochs, minutes, generator }]) => (
        <label key={name} class="choice">
          <input type="radio" name="preset" checked={name === chosen} onChange={() => onChoose(name)} />
          <span>
            <strong>{name}</strong>
            <span class="small muted">
              {words[name] && (
                <>
                  {words[name]}
                  <br />
                </>
              )}
              {size.join('×')} · {generator.architecture}, {generator.filters} filters · {epochs} epochs
              {minutes !== null && `, at most ${minutes} min`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
