interface Section {
  readonly text: string;
  readonly items: { readonly text: string; readonly link: string }[];
}

const page = (text: string, link: string) => ({ text, link });

/** Every page of the site, in reading order. */
export const sidebar: Section[] = [
  {
    text: 'Start',
    items: [
      page('Getting started', '/getting-started'),
      page('Data sets', '/data-sets'),
      page('Making pairs', '/prepare'),
      page('Applications', '/applications'),
      page('Choosing a method', '/choosing'),
      page('Questions and answers', '/faq'),
      page('Glossary', '/glossary'),
    ],
  },
  {
    text: 'Tutorial',
    items: [
      page('pix2pix, step by step', '/tutorial/'),
      page('1. Adversarial networks', '/tutorial/1-adversarial-networks'),
      page('2. pix2pix', '/tutorial/2-pix2pix'),
      page('3. Data', '/tutorial/3-data'),
      page('4. Networks', '/tutorial/4-networks'),
      page('5. Training', '/tutorial/5-training'),
      page('6. Results', '/tutorial/6-results'),
      page('7. Applications and fine-tuning', '/tutorial/7-applications'),
      page('8. Questions', '/tutorial/8-questions'),
    ],
  },
  {
    text: 'Train',
    items: [
      page('Training', '/training'),
      page('Presets', '/presets'),
      page('Label maps', '/label-maps'),
      page('Validation and guard', '/validation-and-guard'),
      page('Resuming and fine-tuning', '/resuming-and-fine-tuning'),
      page('Run folders', '/run-folder'),
      page('GPUs', '/devices'),
      page('More machines', '/more-machines'),
    ],
  },
  {
    text: 'Use a model',
    items: [
      page('Translate', '/translate'),
      page('Bulk translation', '/bulk'),
      page('Evaluate', '/evaluate'),
      page('Studio', '/studio'),
      page('Export', '/export'),
      page('Web pages', '/web'),
      page('Import', '/import'),
      page('Library', '/library'),
    ],
  },
  {
    text: 'Understand',
    items: [
      page('Results', '/results'),
      page('How it works', '/how-it-works'),
      page('Architecture', '/project/ARCHITECTURE'),
      page('Benchmarks', '/project/BENCHMARKS'),
    ],
  },
  {
    text: 'Recipes',
    items: [
      page('The article’s networks', '/project/recipes/article'),
      page('Ablations', '/project/recipes/ablations'),
      page('Better pictures', '/project/recipes/pictures'),
      page('The earlier presets', '/project/recipes/earlier-presets'),
      page('Tasks', '/project/recipes/tasks'),
      page('The models in the package', '/project/recipes/included-models'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Commands', '/commands'),
      page('Command reference', '/command-reference'),
      page('Settings', '/settings'),
    ],
  },
  {
    text: 'API',
    items: [
      page('Entry points', '/api/'),
      page('pix2pix', '/api/pix2pix/'),
      page('pix2pix: graph', '/api/pix2pix/namespaces/graph'),
      page('pix2pix: nn', '/api/pix2pix/namespaces/nn'),
      page('pix2pix/browser', '/api/pix2pix/browser'),
      page('pix2pix/web', '/api/pix2pix/web'),
      page('pix2pix/web/element', '/api/pix2pix/web/element'),
    ],
  },
  {
    text: 'Project',
    items: [
      page('Contributing', '/project/CONTRIBUTING'),
      page('Security', '/project/SECURITY'),
      page('Changelog', '/project/CHANGELOG'),
    ],
  },
];
