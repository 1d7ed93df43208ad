import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf, UserError } from '../core/errors.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** How long to retry while the server is unreachable, in milliseconds. */
const RETRY_MILLISECONDS = 900_000;

/** What requests need, and how they are made. */
export interface S3 {
  readonly sdk: Sdk;
  readonly client: S3Client;
  /**
   * Makes requests, and retries them while the server is unreachable or busy: for 15 minutes, or not at all if
   * `isPatient` is false. Throws {@link UserError} if the server refuses.
   */
  ask<T>(request: () => Promise<T>, isPatient?: boolean): Promise<T>;
}

let opened: Promise<Pick<S3, 'sdk' | 'client'>> | null = null;

/** One client for the process. Settings and credentials are those that AWS's own tools read. */
export async function openS3(location: string): Promise<S3> {
  opened ??= openClient();
  return { ...(await opened), ask: (request, isPatient) => ask(location, request, isPatient) };
}

async function openClient(): Promise<Pick<S3, 'sdk' | 'client'>> {
  // Each run on Node 20 would print a page: versions from 2027 on need Node 22.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const sdk = await importSdk();
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const isOther = (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined;
  const client = new sdk.S3Client({
    maxAttempts: 4,
    // Servers other than Amazon's: buckets are no host names there, regions mean nothing, newer checksums are unknown.
    forcePathStyle: isOther,
    ...(isOther && !AWS_REGION && !AWS_DEFAULT_REGION ? { region: 'us-east-1' } : {}),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}

async function importSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    throw new UserError(
      `Cannot use s3:// addresses: @aws-sdk/client-s3 is not installed (${messageOf(error)}); run "npm install @aws-sdk/client-s3"`,
    );
  }
}

async function ask<T>(location: string, request: () => Promise<T>, isPatient = true): Promise<T> {
  const end = performance.now() + (isPatient ? RETRY_MILLISECONDS : 0);
  for (let pause = 250; ; pause = Math.min(2 * pause, 30_000)) {
    try {
      return await request();
    } catch (error) {
      const isOver = performance.now() + pause > end;
      if (!isTransient(error) || isOver) throw explain(location, error);
      await sleep(pause * (0.5 + Math.random()));
    }
  }
}

interface RequestError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const codesOfConnections =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|TimeoutError|aborted|socket hang up/;

/** The server is unreachable or busy, or the connection broke. */
function isTransient(error: unknown): boolean {
  const { name, code = '', message, $metadata } = error as RequestError;
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 500 || status === 429 || codesOfConnections.test(`${name} ${code} ${message}`);
}

const reasons: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket; create it, or correct the address',
  AccessDenied: 'access is denied; the credentials need rights to list, read and write there',
  InvalidAccessKeyId: 'the server does not know the access key; correct AWS_ACCESS_KEY_ID or the profile',
  SignatureDoesNotMatch: 'the secret key is wrong; correct AWS_SECRET_ACCESS_KEY or the profile',
  ExpiredToken: 'the credentials have expired; renew them',
  ExpiredTokenException: 'the credentials have expired; renew them',
  RequestExpired: 'the request has expired; set the clock of this machine, or renew the credentials',
  RequestTimeTooSkewed: 'the clock of this machine is wrong; set it',
  InvalidToken: 'the session token is not valid; renew the credentials',
  CredentialsProviderError:
    'there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile',
  PermanentRedirect: 'the bucket is in another region; set AWS_REGION',
  PreconditionFailed: 'an object changed while it was in use; start again',
  InvalidRange: 'an object changed while it was in use; start again',
  AuthorizationHeaderMalformed: 'the bucket is in another region; set AWS_REGION',
};

/** What the server refuses, as a {@link UserError}; a missing object stays what it is. */
function explain(location: string, error: unknown): unknown {
  const { name, code = '', message } = error as RequestError;
  if (isMissing(error)) return error;
  const reason =
    reasons[name] ??
    reasons[code] ??
    (message.startsWith('Region is missing') ? 'set AWS_REGION, such as AWS_REGION=eu-central-1' : undefined);
  const isAway = codesOfConnections.test(`${code} ${message}`);
  const why = reason ?? (isAway ? `the server does not answer (${code || message})` : `${name}: ${message}`);
  return new UserError(`Cannot use "${location}": ${why}`);
}

/** There is no such object. */
export function isMissing(error: unknown): boolean {
  return (error as Error).name === 'NoSuchKey';
}
