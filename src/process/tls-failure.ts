/** Why the other side of a TLS connection is not trusted, by Node's codes, with the remedy in the words of the settings that it has. */

interface Remedies {
  /** Where the file of the authority is given. */
  authority: string;
  /** How the name is put right. */
  name: string;
}

/** @param said - The error's code, and its message. Null where it is not about the certificate. */
export function certificateFailure(said: string, { authority, name }: Remedies): string | null {
  if (/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(said))
    return `its certificate is signed by an authority that is not trusted here: ${authority} must name the file of that authority`;
  if (/CERT_HAS_EXPIRED/.test(said)) return 'its certificate has expired: renew it';
  if (/ERR_TLS_CERT_ALTNAME_INVALID/.test(said)) return `its certificate has another name: ${name}`;
  return null;
}
