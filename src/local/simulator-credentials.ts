/** The local simulator's key, and its certificate where it has TLS: made once and kept, so that clients are configured once. */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createCertificate, createKey, type Certificate, type NewKey } from '../simulator/index.ts';

const MS_PER_DAY = 86_400_000;

/** Reads the key from `file`, or makes one and stores it there, readable for its owner only. */
export async function simulatorKey(file: string): Promise<NewKey> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as NewKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = createKey();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(key, null, 2), { mode: 0o600 });
  return key;
}

/** Reads the certificate from `file` and its key from `keyFile`, which only its owner may read, or makes new ones. */
export async function simulatorCertificate(file: string, keyFile: string): Promise<Certificate> {
  try {
    const certificatePem = await readFile(file, 'utf8');
    const endsAt = Date.parse(new X509Certificate(certificatePem).validTo);
    if (endsAt > Date.now() + MS_PER_DAY) return { certificatePem, privateKeyPem: await readFile(keyFile, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const certificate = await createCertificate();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(keyFile, certificate.privateKeyPem, { mode: 0o600 });
  await writeFile(file, certificate.certificatePem);
  return certificate;
}
