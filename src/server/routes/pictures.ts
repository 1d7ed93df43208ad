import { UserError } from '../../core/errors.ts';
import { readForm } from '../form.ts';
import { goneSignal } from '../gone.ts';
import type { App, Studio } from '../studio.ts';

/** Pictures of formats that browsers don't read. */
export function pictureRoutes(app: App, { pictures, limits }: Studio): void {
  app.post(
    '/api/pictures',
    {
      schema: {
        summary: 'A picture of any format that is read here, such as TIFF, as an 8-bit PNG',
        consumes: ['multipart/form-data'],
      },
    },
    async (request, reply) => {
      const sent = await readForm(async () => {
        const part = await request.file({ limits: { fileSize: limits.pictureBytes } });
        return part && { name: part.filename || 'picture', picture: await part.toBuffer() };
      });
      if (!sent) throw new UserError('Cannot read nothing: send a picture as file of a form');
      const task = { ...sent, pixels: limits.translatedPixels };
      return reply.type('image/png').send(await pictures.run('readPicture', task, goneSignal(reply)));
    },
  );
}
