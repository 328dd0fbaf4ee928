import { existsSync, readFileSync } from 'node:fs';

/** Prints the rows that test files have added to a file, as a table in Markdown; the option `file` names its variable. */
export default class TableReporter {
  constructor(_, { file }) {
    this.variable = file;
  }

  onRunComplete() {
    const file = process.env[this.variable];
    if (!file || !existsSync(file)) return;
    const rows = readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse);
    const cells = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(String))];
    const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
    const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
    const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
    const [heading, ...lines] = cells.map(line);
    process.stdout.write(`\n${[heading, rule, ...lines].join('\n')}\n`);
  }
}
