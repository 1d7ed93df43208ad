import { presetNames } from './config.ts';
import { describeCondition } from './idle-settings.ts';
import { presetDescriptions, presets } from './presets.ts';
import { optionGroups } from './settings/declare.ts';
import { type Setting, settings, valueAt } from './settings-index.ts';

/** docs/settings.md: every setting by group, with its flag, values, value in each preset, and where it has an effect. */
export function settingsPage(): string {
  const groups = optionGroups.map(group => [group, settings.filter(each => each.group === group)] as const);
  return [
    '# Settings',
    '',
    '<!-- Written by `npm run docs:reference` from the declarations in src/config. Do not edit. -->',
    '',
    'Everything that decides how a run trains. `pix2pix train` takes the flags, `new Pix2Pix({ … })` and `config.json` the fields.',
    'Values are the defaults, those of preset `images`; other presets are listed where they differ, among them `labels`, the default for label maps. `-` means not set; a flag with the value `none` does that, such as `--average none`.',
    '',
    'Presets:',
    '',
    ...presetNames.map(name => `- \`${name}\`: ${presetDescriptions[name]}`),
    ...groups
      .filter(([, members]) => members.length > 0)
      .flatMap(([group, members]) => section(group, members)),
    '',
  ].join('\n');
}

function section(title: string, members: readonly Setting[]): string[] {
  return ['', `## ${title}`, ...members.flatMap(describe)];
}

function describe(setting: Setting): string[] {
  const { flag, sharedFlag, path, hint, help, details, needs = [], resumable } = setting;
  const field = `\`${path.join('.')}\``;
  const value = hint && ` ${hint}`;
  return [
    '',
    flag === null ? `### ${field}` : `### \`--${flag}${value}\``,
    '',
    `${help}.${details === undefined ? '' : ` ${details}.`}`,
    '',
    ...(flag === null ? [] : [`- Field: ${field}`]),
    ...(sharedFlag === undefined ? [] : [`- Also set by \`--${sharedFlag}\``]),
    ...(path[0] === 'preset' ? [] : [`- Value: ${values(setting)}`]),
    ...needs.map(condition => `- Has an effect only with ${code(describeCondition(condition))}`),
    ...(resumable ? ['- May change with `--resume`'] : []),
  ];
}

/** The value in preset `images`, then the presets that differ. */
function values({ path }: Setting): string {
  const shown = (name: (typeof presetNames)[number]) => show(valueAt(presets[name], path));
  const usual = shown('images');
  const others = presetNames.filter(name => shown(name) !== usual);
  return [usual, ...others.map(name => `${name}: ${shown(name)}`)].join('; ');
}

function show(value: unknown): string {
  if (value === null) return '-';
  if (Array.isArray(value)) return value.join('×');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

/** Flags and fields as code: `--optimizer sgd`. */
function code(text: string): string {
  return text
    .split(' or --')
    .map((part, i) => `\`${i > 0 ? '--' : ''}${part}\``)
    .join(' or ');
}
