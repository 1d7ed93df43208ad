import type { Direction } from '../../src/core/image-pair.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import type { LabSettings } from './protocol.ts';

export type SourceKind = 'emoji' | 'facades' | 'own';

const sources: Readonly<Record<SourceKind, string>> = {
  emoji: 'Emoji: drawing → 3D',
  facades: 'Synthetic facades: labels → photo',
  own: 'Your own pairs',
};

export interface Choices extends Omit<LabSettings, 'source'> {
  readonly kind: SourceKind;
  readonly files: readonly File[];
}

interface Props {
  readonly choices: Choices;
  readonly onChange: (change: Partial<Choices>) => void;
  /** Takes images or a run's zip. */
  readonly onFiles: (files: readonly File[]) => void;
}

/** What to train on, and how large. */
export function LabControls({ choices, onChange, onFiles }: Props) {
  const { kind, files } = choices;
  return (
    <div class="stack">
      <div class="lab-fields">
        <label class="field lab-source">
          <span>Data set</span>
          <select
            value={kind}
            onChange={event => onChange({ kind: event.currentTarget.value as SourceKind })}
          >
            {Object.entries(sources).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <NumberField
          label="Pixels"
          values={[32, 64, 128, 256]}
          value={choices.size}
          title={size => `${size} × ${size}`}
          onChange={size => onChange({ size })}
        />
        <NumberField
          label="Filters"
          values={[4, 8, 16, 32]}
          value={choices.filters}
          onChange={filters => onChange({ filters })}
        />
        {kind === 'own' && (
          <label class="field">
            <span>Input</span>
            <select
              value={choices.direction}
              onChange={event => onChange({ direction: event.currentTarget.value as Direction })}
            >
              <option value="BtoA">right half</option>
              <option value="AtoB">left half</option>
            </select>
          </label>
        )}
      </div>
      {kind === 'own' && (
        <DropZone accept="image/*,.zip" label="Pairs to learn from" onFiles={onFiles}>
          {files.length > 0
            ? `${files.length} images to learn from`
            : 'Drop images that are pairs side by side, or the zip of a run to continue it'}
        </DropZone>
      )}
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly values: readonly number[];
  readonly value: number;
  readonly title?: (value: number) => string;
  readonly onChange: (value: number) => void;
}

function NumberField({ label, values, value, title = String, onChange }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={event => onChange(Number(event.currentTarget.value))}>
        {values.map(each => (
          <option key={each} value={each}>
            {title(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
