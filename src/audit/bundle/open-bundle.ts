/** Reads a bundle from a folder that nobody vouches for: links are not followed, and only files that belong to a bundle are read. */
import { hash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isBundleFile, MANIFEST } from './files.ts';
import { BundleError, parseManifest, type Manifest } from './manifest.ts';

/** The longest history that Temporal keeps is 50 MiB. */
const MAX_BYTES = 256 * 1_024 * 1_024;

export interface Bundle {
  folder: string;
  manifest: Manifest;
  /** Of the manifest. */
  sha256: string;
  /** Of the orders' folders, in their order. */
  clientOrderIds: string[];
  /** What is there and should not be, or should be and is not. */
  differences: string[];
  /** Null where the bundle has no such file. One that is not what the manifest says is added to `differences`. */
  read(path: string): Promise<Uint8Array | null>;
}

/** Rejects with BundleError where the folder is no bundle, or one that no honest program made. */
export async function openBundle(folder: string): Promise<Bundle> {
  const bytes = await readPlainFile(folder, MANIFEST);
  const manifest = parseManifest(bytes.toString('utf8'));
  const present = new Set(await filesBelow(folder));
  const listed = Object.keys(manifest.files);
  const differences = [
    ...listed.filter((name) => !present.has(name)).map((name) => `${name} is missing, which the manifest lists`),
    ...[...present]
      .filter((name) => name !== MANIFEST && !Object.hasOwn(manifest.files, name))
      .map((name) => `${name} is not in the manifest`),
  ];
  const clientOrderIds = [...new Set(listed.flatMap((name) => clientOrderIdIn(name) ?? []))].toSorted();
  if (clientOrderIds.length !== manifest.orders)
    differences.push(`the manifest counts ${manifest.orders} orders, and lists files of ${clientOrderIds.length}`);
  return {
    folder,
    manifest,
    sha256: hash('sha256', bytes),
    clientOrderIds,
    differences,
    async read(path) {
      const expected = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
      if (expected === undefined || !present.has(path)) return null;
      const bytes = await readPlainFile(folder, path);
      if (hash('sha256', bytes) !== expected)
        differences.push(`${path} was changed: its SHA-256 is not that of the manifest`);
      return bytes;
    },
  };
}

function clientOrderIdIn(name: string): string | null {
  const [room, folder] = name.split('/');
  return room === 'orders' && folder !== undefined ? folder.replace(/^%2E/, '.') : null;
}

async function readPlainFile(folder: string, path: string): Promise<Buffer> {
  const file = join(folder, path);
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new BundleError(`${folder} is not an audit bundle: it has no ${path}`);
  });
  if (!found.isFile()) throw new BundleError(`${path} is not a plain file`);
  if (found.size > MAX_BYTES) throw new BundleError(`${path} is larger than ${MAX_BYTES} bytes`);
  return readFile(file);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.flatMap((entry) => {
    const name = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (entry.isDirectory()) return [];
    if (!entry.isFile()) throw new BundleError(`${name} is a link or a device: a bundle holds plain files only`);
    if (name !== MANIFEST && !isBundleFile(name)) throw new BundleError(`${name} is not the name of a bundle's file`);
    return [name];
  });
}
