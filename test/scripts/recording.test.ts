import { describe, expect, it } from '@jest/globals';
import { animate } from '../../scripts/recording/animation.ts';
import { record } from '../../scripts/recording/screen.ts';

const SIZE = { columns: 30, rows: 3 };

describe('a recording of a terminal', () => {
  it('has what was on the screen, with its colours, and no line twice', async () => {
    const command = String.raw`printf 'placing\n\033[32mcompleted\033[0m <1>\n'; sleep 1; printf '\033[1A\033[2Kended\n'`;

    const frames = await record(command, SIZE, 50);
    const svg = animate(frames, SIZE, 'A & B');

    const texts = frames.map(({ lines }) => lines.map((line) => line.map(({ text }) => text).join('')));
    expect(texts.at(-2)).toEqual(['placing', 'completed <1>', '']);
    expect(texts.at(-1)).toEqual(['placing', 'ended', '']);
    expect(svg).toContain('<title>A &amp; B</title>');
    expect(svg).toContain('<tspan class="c2">completed</tspan> &lt;1&gt;');
    expect(svg.match(/>placing</g)).toHaveLength(1);
    expect(svg).toContain('prefers-reduced-motion');
  });

  it('fails with the command', async () => {
    await expect(record('exit 3', SIZE, 50)).rejects.toThrow('the command ended with status 3: exit 3');
  });
});
