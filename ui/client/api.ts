import type {
  ApiProblem,
  BranchRequest,
  Dataset,
  DatasetDetail,
  DatasetList,
  DemoPairs,
  DeviceList,
  Estimate,
  IncludedModelList,
  PairList,
  PairView,
  Palette,
  PresetList,
  RunDetail,
  RunList,
  RunSummary,
  TrainingRequest,
} from '../../src/server/api.ts';

export type Split = 'train' | 'val' | 'test';

/** An error response of the server, or none at all; `message` is for users. */
class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 if there was no response. */
    readonly status: number,
  ) {
    super(message);
  }
}

/** Sends a request; throws {@link ApiError} unless it succeeds. */
export async function request(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(() => {
    init?.signal?.throwIfAborted();
    throw new ApiError(explainSilence(path), 0);
  });
  if (response.ok) return response;
  throw new ApiError(await explain(path, response), response.status);
}

/** Whether the studio answers; otherwise it is a file, such as one of an exported page. */
function isOfStudio(path: string): boolean {
  return path.startsWith('/api/');
}

function explainSilence(path: string): string {
  return isOfStudio(path)
    ? 'Cannot reach the studio: check that the command is still running'
    : `Cannot load "${path}": the server of this page can’t be reached`;
}

async function explain(path: string, response: Response): Promise<string> {
  if (response.status === 401)
    return 'Not signed in: open the address that the command printed, including its token';
  const problem = (await response.json().catch(() => null)) as ApiProblem | null;
  if (problem?.message) return problem.message;
  return isOfStudio(path)
    ? `The studio answered with status ${response.status}`
    : `Cannot load "${path}": the server answers ${response.status}`;
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request(path, signal ? { signal } : undefined)).json() as Promise<T>;
}

async function post<T>(path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method: 'POST' };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  return (await request(path, init)).json() as Promise<T>;
}

/** The URL of a run's resource: `runUrl('demo~model', 'pause')`. */
export function runUrl(id: string, rest = ''): string {
  return `/api/runs/${encodeURIComponent(id)}${rest && `/${rest}`}`;
}

function datasetUrl(id: string, rest = ''): string {
  return `/api/datasets/${encodeURIComponent(id)}${rest && `/${rest}`}`;
}

/** `?step=400`, or nothing for the newest checkpoint. */
function stepQuery(step: number | null): string {
  return step === null ? '' : `?step=${step}`;
}

export const api = {
  models: async () => (await get<IncludedModelList>('/api/models')).models,
  includedTranslateUrl: (id: string) => `/api/models/${encodeURIComponent(id)}/translate`,
  demoPairs: () => get<DemoPairs>('/api/demo-pairs'),
  runs: (signal?: AbortSignal) => get<RunList>('/api/runs', signal),
  run: (id: string, signal?: AbortSignal) => get<RunDetail>(runUrl(id), signal),
  act: (id: string, action: 'pause' | 'resume' | 'stop') => post<RunSummary>(runUrl(id, action)),
  branch: (id: string, body: BranchRequest) => post<RunSummary>(runUrl(id, 'branch'), body),
  start: (body: TrainingRequest) => post<RunSummary>('/api/runs', body),
  palette: (id: string) => get<Palette>(runUrl(id, 'palette')),
  pairs: (id: string, split: Split = 'test') => get<PairList>(runUrl(id, `pairs?split=${split}`)),
  /** Test pairs, or training pairs if there are none. */
  anyPairs: async (id: string) => {
    const test = await api.pairs(id, 'test');
    return test.names.length > 0 ? test : api.pairs(id, 'train');
  },
  pair: (id: string, split: Split, index: number, step: number | null, signal: AbortSignal) =>
    get<PairView>(runUrl(id, `pairs/${split}/${index}${stepQuery(step)}`), signal),
  pairPictureUrl: (id: string, split: Split, index: number, part: 'condition' | 'target') =>
    runUrl(id, `pairs/${split}/${index}/${part}`),
  modelUrl: (id: string, step: number | null) => runUrl(id, `model.onnx${stepQuery(step)}`),
  translateUrl: (id: string, step: number | null) => runUrl(id, `translate${stepQuery(step)}`),
  /** A picture of any format that the studio reads, as PNG. */
  picture: async (file: Blob, name: string) => {
    const body = new FormData();
    body.append('file', file, name);
    return (await request('/api/pictures', { method: 'POST', body })).blob();
  },
  datasets: () => get<DatasetList>('/api/datasets'),
  dataset: (id: string, signal?: AbortSignal) => get<DatasetDetail>(datasetUrl(id), signal),
  datasetPictureUrl: (id: string, split: Split, index: number, side: 'a' | 'b') =>
    datasetUrl(id, `pairs/${split}/${index}/${side}`),
  upload: (form: FormData) => post<Dataset>('/api/datasets', form),
  presets: () => get<PresetList>('/api/presets'),
  estimate: (body: TrainingRequest, measure: boolean) =>
    post<Estimate>(`/api/estimate?measure=${measure}`, body),
  devices: () => get<DeviceList>('/api/devices'),
};
