import type { PresetList } from '../../src/server/api.ts';
import { choicesOf, type FormField, formFields, presetValue, schemaAt, type Values } from './form-values.ts';

interface Props {
  readonly presets: PresetList;
  readonly preset: string;
  readonly values: Values;
  readonly onChange: (values: Values) => void;
}

/** The command line's flags as a form. An untouched field keeps the preset's value. */
export function OptionForm(props: Props) {
  const fields = formFields(props.presets);
  const rest = fields.filter(({ common }) => !common);
  const groups = Map.groupBy(rest, ({ group }) => group);
  const changed = rest.filter(({ flag }) => props.values[flag]).length;
  return (
    <div class="stack">
      <div class="options">
        {fields
          .filter(({ common }) => common)
          .map(field => (
            <Option key={field.flag} field={field} {...props} />
          ))}
      </div>
      <details>
        <summary>All options {changed > 0 && <span class="badge finished">{changed} changed</span>}</summary>
        {[...groups].map(([title, members]) => (
          <fieldset key={title} class="option-group">
            <legend>{title}</legend>
            <div class="options">
              {members.map(field => (
                <Option key={field.flag} field={field} {...props} />
              ))}
            </div>
          </fieldset>
        ))}
      </details>
    </div>
  );
}

function Option({ field, presets, preset, values, onChange }: Props & { readonly field: FormField }) {
  const { flag, kind, help, needs } = field;
  const standard = presetValue(presets, preset, field);
  const value = values[flag] ?? '';
  const change = (text: string) => {
    const { [flag]: _, ...others } = values;
    onChange(text === '' ? others : { ...others, [flag]: text });
  };
  const choices = kind === 'switch' ? ['true', 'false'] : choicesOf(presets, field);
  return (
    <div class={`field option ${value ? 'changed' : ''}`}>
      <label for={`option-${flag}`}>{flag}</label>
      {choices.length > 0 ? (
        <select
          id={`option-${flag}`}
          aria-describedby={`about-${flag}`}
          name={flag}
          value={value}
          onChange={event => change(event.currentTarget.value)}
        >
          <option value="">{show(kind, standard)} (preset)</option>
          {choices
            .filter(choice => choice !== standard || choice === value)
            .map(choice => (
              <option key={choice} value={choice}>
                {show(kind, choice)}
              </option>
            ))}
        </select>
      ) : (
        <input
          id={`option-${flag}`}
          aria-describedby={`about-${flag}`}
          name={flag}
          value={value}
          placeholder={standard || 'none'}
          {...(kind === 'number' ? { type: 'number', step: 'any', ...limits(presets, field) } : {})}
          onInput={event => change(event.currentTarget.value)}
        />
      )}
      <span class="hint" id={`about-${flag}`}>
        {help}
        {needs.length > 0 && ` (only with ${needs.join(' and ')})`}
      </span>
    </div>
  );
}

function show(kind: FormField['kind'], value: string): string {
  if (kind !== 'switch') return value || 'none';
  return value === 'true' ? 'on' : 'off';
}

function limits(presets: PresetList, { path }: FormField): { min?: number; max?: number } {
  const { minimum, exclusiveMinimum, maximum } = schemaAt(presets, path);
  const min = minimum ?? exclusiveMinimum;
  return {
    ...(min !== undefined && min > Number.MIN_SAFE_INTEGER && { min }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { max: maximum }),
  };
}
