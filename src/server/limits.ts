/** What a server takes at most; all of it can be set, so that tests need not send gigabytes. */
export interface Limits {
  /** Bytes of a request with a file in it, and of one without. */
  readonly uploadBytes: number;
  readonly jsonBytes: number;
  /** Bytes of one picture, encoded. */
  readonly pictureBytes: number;
  /** Pixels of a picture to translate, and of one in a data set. */
  readonly translatedPixels: number;
  readonly datasetPixels: number;
  /** Pictures in one request to translate, and in one data set. */
  readonly translatedPictures: number;
  readonly datasetPictures: number;
  /** Bytes of a data set once unpacked, and of its list of pairs. */
  readonly datasetBytes: number;
  readonly manifestBytes: number;
  /** Requests from one address. */
  readonly requestsPerMinute: number;
  /** Bodies have to arrive at this pace on average, once the grace is over. */
  readonly bodyBytesPerSecond: number;
  readonly bodyGraceMilliseconds: number;
  /** Tasks that may wait for a worker, and how long one may take. */
  readonly pendingTasks: number;
  readonly taskMilliseconds: number;
  /** Followers of runs, all together. */
  readonly streams: number;
}

export const defaultLimits: Limits = {
  uploadBytes: 1 << 29,
  jsonBytes: 1 << 20,
  pictureBytes: 1 << 26,
  translatedPixels: 4096 * 4096,
  datasetPixels: 16384 * 16384,
  translatedPictures: 200,
  datasetPictures: 50_000,
  datasetBytes: 1 << 30,
  manifestBytes: 1 << 23,
  requestsPerMinute: 30_000,
  bodyBytesPerSecond: 1024,
  bodyGraceMilliseconds: 1500,
  pendingTasks: 64,
  taskMilliseconds: 120_000,
  streams: 500,
};
