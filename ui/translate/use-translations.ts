import { useEffect, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import type { ImageModel } from '../inference/model.ts';
import { relativePath } from '../parts/drop-zone.tsx';
import { imageFrom } from '../parts/pixels.ts';
import { trainingScale } from './scale.ts';

/** A picture to translate, and how far that is. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly file: File;
  readonly before: Image | null;
  readonly after: Image | null;
  readonly milliseconds: number | null;
  readonly error: string | null;
}

const untranslated = { before: null, after: null, milliseconds: null, error: null };

/** Translates files one after the other, and all of them anew with another model or scale. */
export function useTranslations(model: ImageModel | null, trained: readonly [number, number] | null) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const count = useRef(0);
  const setting = useRef<object>({});
  useEffect(() => {
    setting.current = {};
    setItems(all => all.map(item => ({ ...item, ...untranslated, id: count.current++ })));
  }, [model, trained]);
  const next = items.find(({ after, error }) => after === null && error === null);
  useEffect(() => {
    if (!model || !next) return;
    const began = setting.current;
    const change = (values: Partial<Item>) => {
      if (began !== setting.current) return;
      setItems(all => all.map(item => (item.id === next.id ? { ...item, ...values } : item)));
    };
    const work = async () => {
      const before = await open(next.file, trained);
      change({ before });
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
        ...untranslated,
      }));
      setItems(all => [...all, ...added]);
    },
    clear: () => setItems([]),
  };
}

async function open(file: File, trained: readonly [number, number] | null): Promise<Image> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('It is no picture that this browser reads');
  });
  const own = [bitmap.height, bitmap.width] as const;
  const [height, width] = trained ? trainingScale(own, trained) : own;
  const image = imageFrom(bitmap, width, height);
  bitmap.close();
  return image;
}
