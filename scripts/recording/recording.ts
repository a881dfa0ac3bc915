/** `npm run recording`: records `npm run demo` on a terminal anew, for the README. Needs `script`, of util-linux. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { main } from '../../src/process/main.ts';
import { animate } from './animation.ts';
import { record } from './screen.ts';

const FILE = resolve(import.meta.dirname, '../../docs/pictures/demo.svg');
const SIZE = { columns: 124, rows: 30 };
const LOOK_EVERY_MS = 400;

await main(async () => {
  const all = await record('npm run demo --silent', SIZE, LOOK_EVERY_MS);
  // The servers' start is left out: how long it takes says nothing of the engine.
  const trading = all.findIndex(({ lines }) => lines.some(([first]) => first?.text.includes('orders have ended')));
  const frames = all.slice(trading);
  await writeFile(FILE, animate(frames, SIZE, 'A recording of npm run demo'));
  console.log(`${FILE}: ${frames.length} frames`);
});
