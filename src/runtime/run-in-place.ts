import type { InferenceSession } from 'onnxruntime-node';
import { messageOf } from '../core/errors.ts';

/**
 * Computes the fetches, each into its own array, where the model's first output is a sequence that is fetched, too (null).
 *
 * ONNX Runtime 1.30 writes outputs into the arrays it is given and then returns a copy of each as well: all gradients,
 * 167 MB a step for the article's networks, for which V8 collects garbage six to nine times. It copies in the order of
 * the model's outputs and throws at the first that is not a tensor. A sequence in first place therefore ends the run in
 * that error, with the results in their arrays and nothing copied. package.json keeps ONNX Runtime at 1.30 because another
 * version may word the error differently.
 */
export async function runInPlace(
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  fetches: InferenceSession.NullableOnnxValueMapType,
): Promise<void> {
  await session.run(feeds, fetches).catch(error => {
    if (!messageOf(error).startsWith('Non tensor type')) throw error;
  });
}
