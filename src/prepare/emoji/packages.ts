import type { NpmPackage } from '../../data/fetch/npm-package.ts';

/** Which drawing of an emoji is the condition: filled shapes, or black outlines. */
export const emojiConditions = ['flat', 'outline'] as const;
export type EmojiCondition = (typeof emojiConditions)[number];

/** The drawings, `icons.json` by name and `chars.json` from code points to names. */
export const drawingPackages: Readonly<Record<EmojiCondition, NpmPackage>> = {
  flat: {
    name: '@iconify-json/fluent-emoji-flat',
    version: '1.2.6',
    integrity:
      'sha512-RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==',
  },
  outline: {
    name: '@iconify-json/fluent-emoji-high-contrast',
    version: '1.2.6',
    integrity:
      'sha512-esqhZPpkrF7sNX3NsLoh8KW64okEr/bzko7WNnFP+qTJGAqDPDYjp0925yxuivXy3HtVQB8xhIKu3+Nq1byX5w==',
  },
};

/** The pictures, `assets/<code points>.webp` of 256×256 with transparency. */
export const picturePackage: NpmPackage = {
  name: '@lobehub/fluent-emoji-3d',
  version: '1.1.0',
  integrity:
    'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==',
};
