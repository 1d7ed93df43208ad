/** Outlines on a 24×24 grid. */
const paths = {
  runs: 'M4 19V5m0 14h16M8 15l3.5-5 3 3L20 6',
  draw: 'M4 20l4-1L19.5 7.5a2.1 2.1 0 0 0-3-3L5 16l-1 4zM14.5 6.5l3 3',
  translate: 'M4 5h9v9H4zM11 17v3h9v-9h-3',
  compare: 'M4 5h6v14H4zM14 5h6v14h-6z',
  lab: 'M9 3h6M10 3v6l-5.500 9.500a1.700 1.700 0 0 0 1.500 2.500h12a1.700 1.700 0 0 0 1.500-2.500L14 9V3M8 14h8',
  add: 'M12 5v14M5 12h14',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 4.5v15l12-7.5z',
  stop: 'M6 6h12v12H6z',
  branch: 'M7 4v10a4 4 0 0 0 4 4h6M14 15l3 3-3 3M7 4a0 0 0 0 0 0 0M4 7l3-3 3 3',
  download: 'M12 4v11m-4-4 4 4 4-4M5 20h14',
  upload: 'M12 16V5m-4 4 4-4 4 4M5 20h14',
  share: 'M12 15V4m-4 4 4-4 4 4M6 12v8h12v-8',
  undo: 'M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3',
  redo: 'M16 5l4 4-4 4M20 9H10a5 5 0 0 0 0 10h3',
  brush: 'M4 20c3 0 5-1 5-3.500a2.500 2.500 0 0 0-2.500-2.500C4 14 5 17 4 20zM9 14 19 4l1.500 1.500-9 10',
  rectangle: 'M4 6h16v12H4z',
  fill: 'M11 4 4.500 10.500a2 2 0 0 0 0 2.800l4.200 4.200a2 2 0 0 0 2.800 0L18 11zM9 2l3 3M20 15s-1.500 2-1.500 3a1.500 1.500 0 0 0 3 0c0-1-1.500-3-1.500-3z',
  eraser:
    'M8 20h12M5.500 13.500l8-8a2 2 0 0 1 2.800 0l2.700 2.700a2 2 0 0 1 0 2.800L11 19H8l-2.500-2.700a2 2 0 0 1 0-2.800zM9.500 9.500l5.500 5.500',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M5 19l1.500-1.500M17.500 6.500 19 5',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  contrast: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 7l6.500-.500M12 12h9M12 17l6.500.500',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.700.300-1 .800-1 1.700M12 17v.010',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z',
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 9h4M4 15h4M16 9h4M16 15h4',
  close: 'M6 6l12 12M18 6 6 18',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500v.010',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2',
  back: 'M14 6l-6 6 6 6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon-svg" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
