/** The certificate of a simulator with TLS: made once and kept, so that whoever was told to trust it need not be told again. */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createCertificate, type Certificate } from '../simulator/index.ts';

const MS_PER_DAY = 86_400_000;

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
