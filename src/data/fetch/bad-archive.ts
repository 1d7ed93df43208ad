import { UserError } from '../../core/errors.ts';

/** The archive is at fault, and not the disk: unpacked again, it would fail again. */
export class BadArchiveError extends UserError {}
