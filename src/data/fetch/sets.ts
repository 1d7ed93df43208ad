/** A published data set. */
export interface PublishedSet {
  readonly about: string;
  /** What side A (left) and side B (right) show. */
  readonly a: string;
  readonly b: string;
  readonly licence: string;
}

/** Where the sets of the pix2pix paper are published: `<base>/<name>.tar.gz`. */
export const publishedAt = 'https://efrosgans.eecs.berkeley.edu/pix2pix/datasets';

const research = 'no licence is stated; for research, see the page of its authors';

/** The sets of Isola et al. 2017, by the name of their archive. */
export const publishedSets = {
  facades: {
    about: 'Facades of houses, from the CMP Facade Database (Tyleček and Šára 2013)',
    a: 'photo',
    b: 'label map',
    licence:
      'the CMP Facade Database asks to be cited and is for non-commercial use; see cmp.felk.cvut.cz/~tylecr1/facade',
  },
  maps: {
    about: 'Aerial photographs and maps of New York, from Google Maps',
    a: 'aerial photograph',
    b: 'map',
    licence: `Google Maps' terms apply to the images; ${research}`,
  },
  cityscapes: {
    about: 'Street scenes of German cities (Cordts et al. 2016)',
    a: 'photo',
    b: 'label map',
    licence: 'Cityscapes is for non-commercial use; see cityscapes-dataset.com/license',
  },
  edges2shoes: {
    about: 'Shoes (Yu and Grauman 2014) and their edges',
    a: 'edges',
    b: 'photo',
    licence: research,
  },
  edges2handbags: {
    about: 'Handbags (Zhu et al. 2016) and their edges',
    a: 'edges',
    b: 'photo',
    licence: research,
  },
  night2day: {
    about: 'Places by night and by day, from webcams (Laffont et al. 2014)',
    a: 'by night',
    b: 'by day',
    licence: research,
  },
} as const satisfies Record<string, PublishedSet>;

export type PublishedSetName = keyof typeof publishedSets;
