import { useEffect, useRef, useState } from 'preact/hooks';
import { cropImage, type Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import { trainingScale } from '../../src/web/fit.ts';
import type { ImageModel } from '../inference/model.ts';
import { relativePath } from '../parts/drop-zone.tsx';
import { readPicture } from '../parts/read-picture.ts';

/** A picture to translate, and its progress. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly file: File;
  /** Whether it is twice as wide as high, as pairs in one picture are. */
  readonly paired: boolean;
  readonly before: Image | null;
  readonly after: Image | null;
  readonly milliseconds: number | null;
  readonly error: string | null;
}

const untranslated = { before: null, after: null, milliseconds: null, error: null };

export interface Preparation {
  /** Approximate target size; null keeps the original size. */
  readonly trained: Size | null;
  /** The half of side-by-side pairs that is translated; null: the whole picture. */
  readonly half: 'left' | 'right' | null;
  /** Whether scaling may mix colours: not in label maps. */
  readonly smooth: boolean;
}

/** Translates files one after the other, and all of them again if model or preparation change. */
export function useTranslations(model: ImageModel | null, { trained, half, smooth }: Preparation) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const count = useRef(0);
  const setting = useRef<object>({});
  useEffect(() => {
    setting.current = {};
    setItems(all => all.map(item => ({ ...item, ...untranslated, id: count.current++ })));
  }, [model, trained?.join(), half]);
  const next = items.find(({ after, error }) => after === null && error === null);
  useEffect(() => {
    if (!model || !next) return;
    const began = setting.current;
    const change = (values: Partial<Item>) => {
      if (began !== setting.current) return;
      setItems(all => all.map(item => (item.id === next.id ? { ...item, ...values } : item)));
    };
    const work = async () => {
      const { picture: before, paired } = await prepare(next, { trained, half, smooth });
      change({ before, paired });
      const { image, milliseconds } = await model.translate(before);
      change({ after: image, milliseconds });
    };
    work().catch((error: Error) => change({ error: error.message }));
  }, [model, next?.id]);
  return {
    items,
    add: (files: readonly File[]) => {
      const added = files.map(file => ({
        id: count.current++,
        name: relativePath(file),
        file,
        paired: false,
        ...untranslated,
      }));
      setItems(all => [...all, ...added]);
    },
    clear: () => setItems([]),
  };
}

async function prepare({ file, name }: Item, { trained, half, smooth }: Preparation) {
  const scaled = (own: Size) => (trained ? trainingScale(own, trained) : own);
  let paired = false;
  const sizeFor = ([height, width]: Size): Size => {
    paired = width === 2 * height;
    if (!paired || half === null) return scaled([height, width]);
    const [rows, columns] = scaled([height, height]);
    return [rows, 2 * columns];
  };
  const whole = await readPicture(file, name, { sizeFor, smooth });
  if (!paired || half === null) return { picture: whole, paired };
  const width = whole.width / 2;
  return { picture: cropImage(whole, half === 'left' ? 0 : width, 0, width, whole.height), paired };
}
