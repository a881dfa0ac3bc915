/** What a release keeps of test/histories, in a folder for each version, so that later builds are tested with them. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { recordedHistories } from './decisions.ts';

export const HISTORIES = new URL('../histories/', import.meta.url);
const RELEASED = 'released/';

/** By their paths in the folder; those of releases are left out. */
export function historiesIn(folder: URL): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.json') && !path.startsWith(RELEASED),
  );
}

export function releasedVersions(histories = HISTORIES): string[] {
  const released = new URL(RELEASED, histories);
  return existsSync(released) ? readdirSync(released) : [];
}

/** Answers how many were copied. A version that was released keeps its histories as they are. */
export function keepHistoriesOf(version: string, histories = HISTORIES): number {
  const folder = releaseFolder(version, histories);
  if (existsSync(folder)) throw new Error(`the histories of ${version} are kept already, in ${folder.pathname}`);
  const paths = historiesIn(histories);
  for (const path of paths) cpSync(new URL(path, histories), new URL(path, folder));
  return paths.length;
}

/** What is wrong with the histories of a release, each folder's, that the workers' own bundle does not replay. */
export async function replayRelease(version: string, histories = HISTORIES): Promise<string[]> {
  const release = releaseFolder(version, histories);
  const folders = new Set(historiesIn(release).map((path) => `${dirname(path)}/`));
  const wrong: string[] = [];
  for (const folder of folders) wrong.push(...(await recordedHistories(new URL(folder, release)).replay()));
  return wrong;
}

function releaseFolder(version: string, histories: URL): URL {
  return new URL(`${RELEASED}${version}/`, histories);
}
