import { answerTasks } from '../../runtime/task-process.ts';
import type { TaskRequest } from './tasks.ts';

// Loaded with the first task: it takes a while.
answerTasks(async (request: TaskRequest) => (await import('./tasks.ts')).runTask(request));
