import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  HISTORIES,
  historiesIn,
  keepHistoriesOf,
  releasedVersions,
  replayRelease,
} from '../support/released-histories.ts';

describe('the histories of released versions', () => {
  it('are kept, one folder for each', () => {
    const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
    const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)(.*)$/gm)];
    const released = versions.filter(([, , remark]) => !remark?.includes('Unreleased')).map(([, version]) => version);

    expect(versions.length).toBeGreaterThan(0);
    expect(new Set(releasedVersions())).toEqual(new Set(released));
  });

  it('replay', async () => {
    const wrong = await Promise.all(releasedVersions().map((version) => replayRelease(version)));

    expect(wrong.flat()).toEqual([]);
  });
});

/** Of each folder one history whose workflow asks for this activity, and one that is left as it is. */
const KEPT: Record<string, string | null> = {
  'expired.json': null,
  'filled-within-the-immediate-check.json': 'checkOrder',
  'engine/archived-for-ever.json': 'archiveRuns',
  'engine/archived-with-retention.json': null,
  'reconciliation/missed_fill.run.json': null,
  'reconciliation/stale.run.json': 'confirmIssues',
  'scenarios/07-queued-and-unheard-of.json': 'checkOrder',
  'scenarios/15-expired.json': null,
};

describe('a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'order-sync-histories-'));
  const histories = pathToFileURL(`${folder}/`);
  const paths = Object.keys(KEPT);

  beforeAll(() => {
    for (const path of paths) cpSync(new URL(path, HISTORIES), new URL(path, histories));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps the histories of every folder, and none of the release before it', () => {
    expect(keepHistoriesOf('1.0.0', histories)).toBe(paths.length);
    expect(keepHistoriesOf('1.1.0', histories)).toBe(paths.length);

    expect(releasedVersions(histories).toSorted()).toEqual(['1.0.0', '1.1.0']);
    expect(historiesIn(new URL('released/1.1.0/', histories)).toSorted()).toEqual(paths.toSorted());
  });

  it('is kept as it is', () => {
    expect(() => keepHistoriesOf('1.0.0', histories)).toThrow('the histories of 1.0.0 are kept already');
  });

  it('has the histories of every folder replayed, and those found that no longer fit', async () => {
    expect(await replayRelease('1.1.0', histories)).toEqual([]);

    const activities = Object.entries(KEPT).filter(([, activity]) => activity !== null);
    for (const [path, activity] of activities) {
      const file = new URL(`released/1.1.0/${path}`, histories);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${activity}"`, '"another"'));
    }

    const misfits = activities.map(() => expect.stringMatching(/nondeterminis/i));
    expect(await replayRelease('1.1.0', histories)).toEqual(misfits);
  });
});
