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
  /** Takes the user's images, a run's zip, or both. */
  readonly onFiles: (files: readonly File[]) => void;
}

/** What to train on, and how large. */
export function LabControls({ choices, onChange, onFiles }: Props) {
  const { kind } = choices;
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
      <DropZone
        accept={kind === 'own' ? 'image/*,.zip' : '.zip'}
        label={kind === 'own' ? 'Pairs to learn from' : 'A run to continue'}
        onFiles={onFiles}
      >
        {hintOf(choices)}
      </DropZone>
    </div>
  );
}

function hintOf({ kind, files }: Choices): string {
  if (kind !== 'own') return 'Drop the zip of a run to continue it on this data set';
  if (files.length > 0)
    return `${files.length} images to learn from; drop the zip of a run to continue it on them`;
  return 'Drop images that are pairs side by side, alone or with the zip of a run to continue';
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
