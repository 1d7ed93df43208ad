import { answerTasks } from '../runtime/task-process.ts';
import type { TranslationTask } from './models.ts';

answerTasks(async (task: TranslationTask) => {
  // Loaded with the first task: it takes a while.
  const { translateTask } = await import('./translate-task.ts');
  return translateTask(task);
});
