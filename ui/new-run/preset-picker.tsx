import type { PresetList } from '../../src/server/api.ts';

interface Props {
  readonly presets: PresetList;
  readonly chosen: string;
  readonly onChoose: (preset: string) => void;
}

export function PresetPicker({ presets, chosen, onChoose }: Props) {
  return (
    <fieldset class="choices" aria-label="Preset">
      {Object.entries(presets.presets).map(([name, { size, epochs, minutes, generator }]) => (
        <label key={name} class="choice">
          <input type="radio" name="preset" checked={name === chosen} onChange={() => onChoose(name)} />
          <span>
            <strong>{name}</strong>
            <span class="small muted">
              {presets.descriptions[name] && (
                <>
                  {presets.descriptions[name]}
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
