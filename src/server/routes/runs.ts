import { Readable } from 'node:stream';
import {
  branchRequestSchema,
  params,
  queries,
  type RunSummary,
  resumeRequestSchema,
  runDetailSchema,
  runListSchema,
  runSummarySchema,
  trainRequestSchema,
} from '../api.ts';
import { Refusal } from '../errors.ts';
import { detailOf, findRun, listRuns, summaryOf } from '../runs/catalog.ts';
import { eventStream } from '../runs/event-stream.ts';
import { branchRun, resumeRun, startRun } from '../runs/start-run.ts';
import type { App, Studio } from '../studio.ts';
import { goneSignal } from './requests.ts';

/** Routes of runs: list, follow, start, control. */
export function runRoutes(app: App, studio: Studio): void {
  const { workspace, queue } = studio;
  const summary = async (id: string) => summaryOf(workspace, await findRun(workspace, queue, id));

  app.get(
    '/api/runs',
    { schema: { summary: 'All runs, newest first', response: { 200: runListSchema } } },
    async () => {
      const runs = await listRuns(workspace, queue);
      return { runs: await Promise.all(runs.map(run => summaryOf(workspace, run))) };
    },
  );

  app.post(
    '/api/runs',
    {
      schema: { summary: 'Start a training', body: trainRequestSchema, response: { 201: runSummarySchema } },
    },
    async (request, reply) => reply.code(201).send(await summary(await startRun(studio, request.body))),
  );

  app.get(
    '/api/runs/:id',
    { schema: { summary: 'One run', params: params.run, response: { 200: runDetailSchema } } },
    async ({ params: { id } }) => detailOf(workspace, await findRun(workspace, queue, id)),
  );
  controlRoutes(app, studio, summary);
  eventRoutes(app, studio);
}

function controlRoutes(app: App, studio: Studio, summary: (id: string) => Promise<RunSummary>): void {
  const { workspace, queue } = studio;
  const actions = {
    pause: async (id: string) => queue.pause(id),
    stop: (id: string) => queue.stop(id),
  };
  for (const [name, act] of Object.entries(actions)) {
    app.post(
      `/api/runs/:id/${name}`,
      {
        schema: {
          summary: name === 'pause' ? 'Pause a run' : 'Stop a run; it saves first',
          params: params.run,
          response: { 200: runSummarySchema },
        },
      },
      async ({ params: { id } }) => {
        await findRun(workspace, queue, id);
        await act(id);
        return summary(id);
      },
    );
  }

  app.post(
    '/api/runs/:id/resume',
    {
      schema: {
        summary: 'Continue a paused run, or resume one from its last checkpoint',
        params: params.run,
        body: resumeRequestSchema,
        response: { 200: runSummarySchema },
      },
    },
    async ({ params: { id }, body }) => {
      await resumeRun(studio, id, body);
      return summary(id);
    },
  );

  app.post(
    '/api/runs/:id/branch',
    {
      schema: {
        summary: 'A new run from the weights of this one',
        params: params.run,
        body: branchRequestSchema,
        response: { 201: runSummarySchema },
      },
    },
    async ({ params: { id }, body }, reply) =>
      reply.code(201).send(await summary(await branchRun(studio, id, body))),
  );
}

function eventRoutes(app: App, { limits, follow: followLog }: Studio): void {
  let streams = 0;
  app.get(
    '/api/runs/:id/events',
    {
      // Without a body there is nothing to stream.
      exposeHeadRoute: false,
      schema: {
        summary: 'A run’s log as server-sent events; see Last-Event-ID and `from`',
        params: params.run,
        querystring: queries.events,
      },
    },
    async (request, reply) => {
      if (streams >= limits.streams)
        throw new Refusal(503, `Cannot follow the run: ${streams} clients follow runs already`);
      const run = await followLog(request.params.id);
      const { from, points, follow } = request.query;
      streams++;
      const options = {
        from: lastEventId(request.headers['last-event-id']) ?? from,
        points,
        follow,
        signal: goneSignal(reply),
      };
      const stream = Readable.from(
        eventStream(run.tail, () => run.state(), options),
        { objectMode: false },
      );
      stream.once('close', () => streams--);
      return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
    },
  );
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
