import { existsSync, readFileSync } from 'node:fs';

const HEADINGS = {
  fault: 'fault',
  sends: 'sends',
  acknowledged: 'acknowledged',
  lost: 'lost',
  doubled: 'doubled',
  outOfOrder: 'out of order',
  gaps: 'gaps',
  longestSilence: 'longest silence',
  also: 'also',
};

/** Prints what every fault of this run came to, as a table in Markdown. */
export default class FaultTableReporter {
  onRunComplete() {
    const file = process.env.TEST_FAULT_TABLE;
    if (!file || !existsSync(file)) return;
    const rows = readFileSync(file, 'utf8').trim().split('\n').map(toCells);
    const all = [Object.values(HEADINGS), ...rows];
    const widths = all[0].map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
    const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
    const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
    const [heading, ...lines] = all.map(line);
    process.stdout.write(`\n${[heading, rule, ...lines].join('\n')}\n`);
  }
}

function toCells(text) {
  const row = JSON.parse(text);
  const silence = `${(row.longestSilence / 1000).toFixed(1)} s`;
  return Object.keys(HEADINGS).map((column) => (column === 'longestSilence' ? silence : String(row[column])));
}
