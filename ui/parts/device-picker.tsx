import type { DeviceList } from '../../src/server/api.ts';

export type DeviceChoice = 'auto' | DeviceList['auto'];
type Precision = DeviceList['devices'][number]['precisions'][number];

interface Props {
  /** Null while they are being probed. */
  readonly devices: DeviceList | null;
  readonly chosen: DeviceChoice;
  readonly onChoose: (device: DeviceChoice) => void;
}

/** The choice of a training device among those of this machine. */
export function DevicePicker({ devices, chosen, onChoose }: Props) {
  const usable = devices?.devices.filter(each => each.usable) ?? [];
  return (
    <label class="field device">
      <span>Device</span>
      <select
        name="device"
        value={chosen}
        onChange={event => onChoose(event.currentTarget.value as DeviceChoice)}
      >
        <option value="auto">auto{devices && ` (${devices.auto})`}</option>
        {usable.map(({ device, description }) => (
          <option key={device} value={device}>
            {device}: {description}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The precisions for training on a device; float32 at least. */
export function precisionsOf(devices: DeviceList | null, choice: DeviceChoice): readonly Precision[] {
  const wanted = choice === 'auto' ? devices?.auto : choice;
  return devices?.devices.find(({ device }) => device === wanted)?.precisions ?? ['float32'];
}
