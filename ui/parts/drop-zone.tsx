import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { showError } from '../app/toasts.tsx';
import { Icon } from './icon.tsx';

interface Props {
  readonly accept: string;
  readonly label: string;
  readonly onFiles: (files: readonly File[]) => void;
  /** Whole folders can be chosen as well. */
  readonly folders?: boolean;
  readonly children?: ComponentChildren;
}

/** A place to drop files on, or to choose them with a button. */
export function DropZone({ accept, label, onFiles, folders = false, children }: Props) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (taken: readonly File[]) => {
    const readable = taken.filter(({ name }) => !systemFiles.test(name));
    if (readable.length > 0) onFiles(inOrder(readable));
    else showError('Cannot find files in it: choose or drop files, or a folder that has some');
  };
  const takeChosen = (input: HTMLInputElement) => {
    if (input.files?.length) take([...input.files]);
    input.value = '';
  };
  return (
    <section
      class={`drop ${over ? 'over' : ''}`}
      aria-label={label}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        droppedFiles(event.dataTransfer!).then(take, showError);
      }}
    >
      <Icon name="upload" />
      <p>{label}</p>
      <div class="row">
        <button type="button" class="button" onClick={() => files.current!.click()}>
          Choose files
        </button>
        {folders && (
          <button type="button" class="button" onClick={() => folder.current!.click()}>
            Choose a folder
          </button>
        )}
      </div>
      {children}
      <input
        ref={files}
        type="file"
        accept={accept}
        multiple
        hidden
        data-testid="files"
        onChange={event => takeChosen(event.currentTarget)}
      />
      {folders && (
        <input
          ref={folder}
          type="file"
          hidden
          multiple
          {...{ webkitdirectory: true }}
          onChange={event => takeChosen(event.currentTarget)}
        />
      )}
    </section>
  );
}

/** Files that systems put into folders. */
const systemFiles = /^(\..*|Thumbs\.db|desktop\.ini)$/i;

/** In natural order: `2.png` before `10.png`. Browsers list folders in any order. */
function inOrder(files: readonly File[]): File[] {
  return files.toSorted((a, b) => collator.compare(relativePath(a), relativePath(b)));
}

const collator = new Intl.Collator('en', { numeric: true });

/** A file's path in the folder that it was chosen or dropped with. */
export function relativePath(file: File): string {
  return dropped.get(file) ?? (file.webkitRelativePath || file.name);
}

const dropped = new WeakMap<File, string>();

/** All files that were dropped, including those in folders. */
async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap(item => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    dropped.set(file, entry.fullPath.replace(/^\//, ''));
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  // A reader gives about a hundred entries at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
