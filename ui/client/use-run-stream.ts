import { useEffect, useRef, useState } from 'preact/hooks';
import type { TrainEvent } from '../../src/runs/events.ts';
import type { RunState } from '../../src/server/api.ts';
import { RunLog } from '../runs/run-log.ts';
import { runUrl } from './api.ts';

export interface RunStream {
  readonly log: RunLog;
  readonly state: RunState | null;
  /** Whether the past has arrived, and what comes is live. */
  readonly caughtUp: boolean;
  readonly connection: 'connecting' | 'open' | 'lost';
}

const points = 2000;
const retryAfter = 2000;

/**
 * Follows a run from its first event. After a lost connection it goes on where it was: the browser names the last
 * event that it got, and the server sends what came after.
 */
export function useRunStream(id: string): RunStream {
  const log = useRef(new RunLog());
  const [state, setState] = useState<RunState | null>(null);
  const [caughtUp, setCaughtUp] = useState(false);
  const [connection, setConnection] = useState<RunStream['connection']>('connecting');
  const [, redraw] = useState(0);
  useEffect(() => {
    let from = '0';
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout>;
    let frame = 0;
    // Steps may come by the hundred; the page draws once a frame.
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw(count => count + 1);
      });
    };
    const connect = () => {
      source = new EventSource(runUrl(id, `events?points=${points}&from=${from}`));
      source.onopen = () => setConnection('open');
      source.onmessage = ({ data, lastEventId }) => {
        if (lastEventId) from = lastEventId;
        log.current.add(JSON.parse(data) as TrainEvent);
        changed();
      };
      source.addEventListener('status', ({ data }) => setState(JSON.parse(data) as RunState));
      source.addEventListener('caughtup', () => setCaughtUp(true));
      source.addEventListener('reset', () => {
        from = '0';
        log.current.reset();
        changed();
      });
      source.onerror = () => {
        setConnection('lost');
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, retryAfter);
      };
    };
    connect();
    return () => {
      source.close();
      clearTimeout(retry);
      cancelAnimationFrame(frame);
    };
  }, [id]);
  return { log: log.current, state, caughtUp, connection };
}
