import { join, parse } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Zip, ZipPassThrough } from 'fflate';
import { messageOf, UserError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format-bytes.ts';
import { includedModelFolder } from '../../export/included-models.ts';
import type { DeviceChoice } from '../../runtime/choose-device.ts';
import { params, queries } from '../api.ts';
import { Refusal } from '../errors.ts';
import { findCheckpoint, findRun, useCheckpoint } from '../runs/catalog.ts';
import type { App, Limits, Studio } from '../studio.ts';
import type { translatePicture } from '../work/models.ts';
import { fileName, goneSignal, readForm } from './requests.ts';

interface Upload {
  readonly name: string;
  readonly picture: Uint8Array;
}

/** Routes that translate pictures sent as a form. */
export function translateRoutes(app: App, { workspace, queue, models, devices, limits }: Studio): void {
  app.post(
    '/api/runs/:id/translate',
    {
      schema: {
        summary: 'Translate: one image to a PNG, several to a ZIP archive of PNGs',
        params: params.run,
        querystring: queries.computing,
        consumes: ['multipart/form-data'],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const run = await findRun(workspace, queue, id);
      const { step } = request.query;
      await findCheckpoint(run, step);
      const translate = await translatorFor(request.query.device, reply);
      return answer(request, reply, id, upload =>
        useCheckpoint(run, step, ({ path }) => translate(path, upload)),
      );
    },
  );

  app.post(
    '/api/models/:id/translate',
    {
      schema: {
        summary: 'Translate with an included model',
        params: params.includedModel,
        querystring: queries.device,
        consumes: ['multipart/form-data'],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const translate = await translatorFor(request.query.device, reply);
      const model = join(includedModelFolder(id), 'model.onnx');
      return answer(request, reply, id, upload => translate(model, upload));
    },
  );

  async function translatorFor(wanted: DeviceChoice, reply: FastifyReply) {
    const { device } = await devices.choose(wanted);
    const gone = goneSignal(reply);
    return (model: string, upload: Upload) =>
      models.run('translatePicture', { model, device, pixels: limits.translatedPixels, ...upload }, gone);
  }

  /** Translates the pictures of a form. @param id names the archive. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    translate: (upload: Upload) => ReturnType<typeof translatePicture>,
  ): Promise<FastifyReply> {
    const uploads = await readForm(() => receive(request, limits));
    const [first, second] = uploads;
    if (!first) throw new UserError('Cannot translate: the form has no images; add them as files');
    if (!second) {
      const { png, milliseconds } = await translate(first);
      reply.header('server-timing', `translate;dur=${milliseconds.toFixed(1)}`);
      return reply.type('image/png').send(png);
    }
    const archive = Readable.from(
      zipped(uploads, async each => (await translate(each)).png),
      { objectMode: false },
    );
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${fileName(id)}.zip"`)
      .send(archive);
  }
}

async function receive(
  request: FastifyRequest,
  { translatedPictures, pictureBytes, uploadBytes }: Limits,
): Promise<Upload[]> {
  const uploads: Upload[] = [];
  let bytes = 0;
  for await (const part of request.files({ limits: { files: translatedPictures, fileSize: pictureBytes } })) {
    const picture = await part.toBuffer();
    bytes += picture.length;
    if (bytes > uploadBytes) {
      throw new Refusal(
        413,
        `Cannot translate ${formatBytes(bytes)} of images or more at once: a request may have ${formatBytes(uploadBytes)}; send fewer in each`,
      );
    }
    uploads.push({ name: part.filename || 'picture', picture });
  }
  return uploads;
}

/** An archive of the translations, written as fast as it is read; for pictures that fail it has a text with the reason. */
async function* zipped(
  uploads: readonly Upload[],
  translate: (upload: Upload) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const taken = new Set<string>();
  for (const upload of uploads) {
    const name = freeName(parse(upload.name).name || 'picture', taken);
    const [extension, content] = await translate(upload).then(
      png => ['png', png] as const,
      error => {
        if (!isForUsers(error)) throw error;
        return ['txt', Buffer.from(`${messageOf(error)}\n`)] as const;
      },
    );
    const entry = new ZipPassThrough(`${name}.${extension}`);
    zip.add(entry);
    entry.push(content, true);
    yield* chunks.splice(0);
  }
  zip.end();
  yield* chunks.splice(0);
}

/** Whether an error is the user's or the studio's answer to them, unless they have left. */
function isForUsers(error: unknown): boolean {
  return error instanceof UserError || (error instanceof Refusal && error.status !== 499);
}

/** Pictures of the same name from different folders become `name`, `name-2`, … */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}

/** Pictures of formats that browsers don't read. */
export function pictureRoutes(app: App, { pictures, limits }: Studio): void {
  app.post(
    '/api/pictures',
    {
      schema: {
        summary: 'Convert an image, such as a TIFF file, to an 8-bit PNG',
        consumes: ['multipart/form-data'],
      },
    },
    async (request, reply) => {
      const sent = await readForm(async () => {
        const part = await request.file({ limits: { fileSize: limits.pictureBytes } });
        return part && { name: part.filename || 'picture', picture: await part.toBuffer() };
      });
      if (!sent) throw new UserError('Cannot read an image: the form has none; add it as a file');
      const task = { ...sent, pixels: limits.translatedPixels };
      return reply.type('image/png').send(await pictures.run('readPicture', task, goneSignal(reply)));
    },
  );
}
