import { useState } from 'preact/hooks';
import type { Dataset } from '../../src/server/api.ts';
import { showError, showMessage } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { DropZone, relativePath } from '../parts/drop-zone.tsx';
import { formatBytes, formatCount, formatCountOf, pathOf } from '../parts/format.ts';
import { pictureTypes } from '../parts/read-picture.ts';

interface Props {
  readonly datasets: readonly Dataset[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  readonly onUploaded: (dataset: Dataset) => void;
}

/** The data sets of the workspace, and a drop zone for another. */
export function DataSetPicker({ datasets, chosen, onChoose, onUploaded }: Props) {
  const [uploading, setUploading] = useState<string | null>(null);
  const upload = async (files: readonly File[]) => {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    setUploading(`Uploading ${formatCountOf(files.length, 'file')}, ${formatBytes(bytes)}…`);
    try {
      const dataset = await api.upload(uploadForm(files));
      showMessage(`Uploaded ${pathOf(dataset.id)}`);
      onUploaded(dataset);
    } catch (error) {
      showError(error);
    }
    setUploading(null);
  };
  return (
    <div class="stack">
      {datasets.length > 0 && (
        <fieldset class="choices" aria-label="Data set">
          {datasets.map(({ id, pairs, layout }) => (
            <label key={id} class="choice">
              <input type="radio" name="dataset" checked={id === chosen} onChange={() => onChoose(id)} />
              <span>
                <strong>{pathOf(id)}</strong>
                <span class="small muted">
                  {formatCountOf(pairs.train, 'training pair')} · {formatCount(pairs.test + pairs.val)} for
                  validation and tests
                  <br />
                  {layouts[layout]}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {datasets.length === 0 && (
        <p class="muted">
          No pairs yet? <code>npx pix2pix prepare synth facades --out facades</code> makes some. Reload this
          page afterwards.
        </p>
      )}
      <DropZone
        accept={`.zip,.csv,.json,${pictureTypes}`}
        label="Drop a folder or a .zip with pairs here: side-by-side images in train/ and test/, or trainA/ and trainB/"
        folders
        onFiles={upload}
      >
        {uploading && <span role="status">{uploading}</span>}
      </DropZone>
    </div>
  );
}

const layouts: Readonly<Record<Dataset['layout'], string>> = {
  'side-by-side': 'both sides in one image',
  'two-folders': 'one folder per side',
  suffixes: 'names ending in _A and _B',
  manifest: 'a list of pairs',
};

/** Puts the name first, because the server reads in order. */
function uploadForm(files: readonly File[]): FormData {
  const form = new FormData();
  form.append('name', nameOf(relativePath(files[0]!)));
  for (const file of files) form.append('files', file, relativePath(file));
  return form;
}

/** Of the folder or archive that a file is in or is; loose images have no name in common. */
function nameOf(path: string): string {
  if (!path.includes('/') && !/\.zip$/i.test(path)) return 'pairs';
  const root = path.split('/')[0]!.replace(/\.\w+$/, '');
  return root.replace(/[^\p{L}\p{N}_. -]/gu, '-') || 'pairs';
}
