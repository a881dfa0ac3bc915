/**
 * The messages and stacks of failures, which are no payloads, are made ones where payloads are encrypted. Readers need
 * nothing for it: Temporal's clients know such failures.
 */
import { fileURLToPath } from 'node:url';
import { DefaultFailureConverter, type DataConverter, type ProtoFailure } from '@temporalio/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { isRecord } from '../domain/field-error.ts';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';
import { ENCODED_FAILURES_SWITCH } from '../workflows/runtime/failure-converter.ts';
import { codeOf } from './builds.ts';

/** Loaded by its name, by the SDK. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

export function workerConverter({ dataConverter, encrypts }: EncryptionCodec): DataConverter {
  return encrypts ? { ...dataConverter, failureConverterPath: fileURLToPath(import.meta.url) } : dataConverter;
}

/** The same code, with the switch before it. */
export async function encryptingBundle(
  bundle: WorkflowBundleOption,
  { encrypts }: EncryptionCodec,
): Promise<WorkflowBundleOption> {
  if (!encrypts) return bundle;
  return { code: `globalThis.${ENCODED_FAILURES_SWITCH} = true; ${await codeOf(bundle)}` };
}

/** Of a failure as Temporal has it. */
export function messageIn({ message, encodedAttributes }: ProtoFailure, codec: EncryptionCodec): string | undefined {
  const encoded = encodedAttributes ? codec.valueOf(encodedAttributes) : null;
  return isRecord(encoded) ? String(encoded['message']) : (message ?? undefined);
}
