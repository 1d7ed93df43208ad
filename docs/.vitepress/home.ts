/** The home page's frontmatter. It is not in docs/index.md, whose formatter knows no frontmatter. */
export const home = {
  layout: 'home',
  hero: {
    name: 'pix2pix',
    text: 'From image pairs to a model that draws',
    tagline:
      'Train on your own pairs and translate new images. In TypeScript, on Node, without Python, CUDA or a compiler.',
    actions: [
      { theme: 'brand', text: 'Get started', link: '/getting-started' },
      { theme: 'alt', text: 'Tutorial', link: '/tutorial/' },
      { theme: 'alt', text: 'Results', link: '/results' },
    ],
  },
  features: [
    {
      title: 'Everything in one package',
      details:
        'Data sets, training, evaluation, a web studio and export. ONNX Runtime does the arithmetic on the CPU or, through WebGPU, on a GPU.',
    },
    {
      title: 'Runs that survive',
      details:
        'Stop a training and resume it later. The weights at the end are the same, bit for bit, as without the interruption.',
    },
    {
      title: 'Code to learn from',
      details:
        'Networks, gradients and training steps are written in this project, each readable beside its paper.',
    },
  ],
};
