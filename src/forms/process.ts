import { answerTasks } from '../runtime/task-process.ts';
import { measureForms } from './measure.ts';

// Measures in a process of its own, whose memory is given back afterwards.
answerTasks(measureForms);
