import { merge } from './merge-config.ts';
import { olderDefaults } from './settings.ts';

/** A saved config with the settings that its version did not have yet. */
export function completeConfig(saved: unknown): unknown {
  return merge(olderDefaults, saved);
}
